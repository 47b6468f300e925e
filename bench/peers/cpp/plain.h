// The programs of plain.cc, one for each workload.
#pragma once

#include "protocol.h"

void experiment(const protocol::Workload& w);
void tabular(const protocol::Workload& w);
void digits(const protocol::Workload& w);
void chainsSmall(const protocol::Workload& w);
void chains(const protocol::Workload& w);
void cliff(const protocol::Workload& w);
void sensor(const protocol::Workload& w);
void population(const protocol::Workload& w);
