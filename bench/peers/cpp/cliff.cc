// 10-46-46-10, ReLU and softmax, Adam.

#include "plain.h"
#include "relu_softmax.h"

void cliff(const protocol::Workload& w) { ReluSoftmax<10, 46, 10, 128>::serve(w); }
