#include "plain.h"
void population(const protocol::Workload&){}
