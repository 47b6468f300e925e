"""The workloads in PyTorch: as a user would write them, or as functions, which `torch.compile` and `torch.func.vmap` need."""

import protocol

options = protocol.arguments()
if options.compile or protocol.load(options.workload).population is not None:
    import torch_functions
else:
    import torch_modules
