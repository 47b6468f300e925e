"""PyTorch as a user would write it: nn modules, autograd, torch.optim."""

import protocol
from protocol import THREADS, np

try:
    import torch
    from torch import nn
except (ImportError, OSError, ValueError) as error:  # the latter two if libraries of its Linux wheel are missing
    protocol.not_installed(error)

options = protocol.arguments()
workload = protocol.load(options.workload, np.float32 if options.float32 else np.float64)
torch.set_num_threads(THREADS)
torch.set_default_dtype(torch.float32 if options.float32 else torch.float64)

x = torch.from_numpy(workload.x)
y = torch.from_numpy(workload.y)
MODULES = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU, "linear": nn.Identity, "softmax": nn.Identity}
if workload.loss == "categoricalCrossentropy":
    criterion = nn.CrossEntropyLoss()  # takes logits and class numbers
    y = y.argmax(dim=1)
elif workload.loss == "meanSquaredError":
    criterion = nn.MSELoss()
else:

    def criterion(prediction, y):
        return nn.functional.mse_loss(prediction, y, reduction="sum") / (2 * len(y))


class BatchNormalization(nn.Module):
    """As nn.BatchNorm1d, but the moving variance follows the mean of squares, which is not corrected for the number of rows."""

    def __init__(self, gamma, beta, mean, variance, momentum, epsilon):
        super().__init__()
        self.gamma, self.beta = nn.Parameter(gamma), nn.Parameter(beta)
        self.mean, self.variance = mean, variance
        self.momentum, self.epsilon = momentum, epsilon

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                variance, mean = torch.var_mean(x, dim=0, correction=0)
                self.mean.lerp_(mean, 1 - self.momentum)
                self.variance.lerp_(variance, 1 - self.momentum)
            return nn.functional.batch_norm(x, None, None, self.gamma, self.beta, True, eps=self.epsilon)
        return nn.functional.batch_norm(x, self.mean, self.variance, self.gamma, self.beta, eps=self.epsilon)


def module_of(spec, arrays):
    tensors = [torch.from_numpy(array.copy()) for array in arrays]
    if spec["type"] == "batchNormalization":
        return [BatchNormalization(*tensors, spec["momentum"], spec["epsilon"])]
    weights, bias = tensors
    linear = nn.Linear(*weights.shape)
    with torch.no_grad():
        linear.weight.copy_(weights.T)
        linear.bias.copy_(bias)
    return [linear, MODULES[spec["activation"]]()]


def prepare(start):
    return nn.Sequential(*(module for spec, arrays in zip(workload.layers, start) for module in module_of(spec, arrays)))


def optimizer_of(model):
    # The fused form is the fastest one, though not the default.
    hyper = workload.optimizer
    common = {"lr": hyper["learningRate"], "fused": True}
    if hyper["name"] == "sgd":
        return torch.optim.SGD(model.parameters(), **common)
    return torch.optim.Adam(model.parameters(), betas=(hyper["beta1"], hyper["beta2"]), eps=hyper["epsilon"], **common)


def train(model, epochs):
    optimizer = optimizer_of(model)
    batches = list(zip(x.split(workload.batch_size), y.split(workload.batch_size)))  # views
    for _ in range(epochs):
        for inputs, targets in batches:
            optimizer.zero_grad()
            criterion(model(inputs), targets).backward()
            optimizer.step()
    return model


def loss(model):
    with torch.no_grad():
        return criterion(model.eval()(x), y)


protocol.serve(
    workload,
    f"PyTorch {torch.__version__}, {protocol.PYTHON}",
    prepare,
    train,
    loss,
    bits=32 if options.float32 else 64,
)
