// The programs of plain.cc, one for each workload.
#pragma once

#include "protocol.h"

void experiment(const protocol::Workload& w);
void tabular(const protocol::Workload& w);
void digits(const protocol::Workload& w);
