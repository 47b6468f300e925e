// 16-64-64-3, ReLU and softmax, Adam.

#include "plain.h"
#include "relu_softmax.h"

void tabular(const protocol::Workload& w) { ReluSoftmax<16, 64, 3, 32>::serve(w); }
