"""The workloads in PyTorch on one CPU thread, as a user would write them: nn modules, autograd, torch.optim."""

import protocol
from protocol import np

try:
    import torch
    from torch import nn
except (ImportError, OSError, ValueError) as error:  # the latter two if libraries of its Linux wheel are missing
    protocol.not_installed(error)

options = protocol.arguments()
workload = protocol.load(options.workload, np.float32 if options.float32 else np.float64)
torch.set_num_threads(1)
torch.set_default_dtype(torch.float32 if options.float32 else torch.float64)

x = torch.from_numpy(workload.x)
y = torch.from_numpy(workload.y)
if workload.loss == "categoricalCrossentropy":
    criterion = nn.CrossEntropyLoss()  # takes logits and class numbers
    y = y.argmax(dim=1)
    modules = {"relu": nn.ReLU, "softmax": nn.Identity}
else:
    modules = {"sigmoid": nn.Sigmoid}

    def criterion(prediction, y):
        return nn.functional.mse_loss(prediction, y, reduction="sum") / (2 * len(y))


def prepare(start):
    layers = []
    for (weights, bias), activation in zip(start, workload.activations):
        linear = nn.Linear(*weights.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights.T))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, modules[activation]()]
    return nn.Sequential(*layers)


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
        return criterion(model(x), y)


protocol.serve(
    workload,
    f"PyTorch {torch.__version__}, {protocol.PYTHON}",
    prepare,
    train,
    loss,
    bits=32 if options.float32 else 64,
)
