#include "plain.h"
void sensor(const protocol::Workload&){}
