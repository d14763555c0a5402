# SPDX-License-Identifier: GPL-3.0-or-later
"""Five updates of PyTorch's AdamW and Muon on fixed numbers: optimiser_golden.json.

    python make_optimiser_golden.py      (torch 2.11.0)

Parameters and gradients are given by formulas, so the test needs no input file:
p[i] = sin(i), g_t[i] = cos(0.37 i^2 + t), row-major, t = 1 ... 5.
"""
import json
import math
import pathlib

import torch


def parameter(shape):
    count = math.prod(shape)
    return torch.tensor([math.sin(i) for i in range(count)], dtype=torch.float32).reshape(shape)


def gradient(shape, step):
    count = math.prod(shape)
    return torch.tensor([math.cos(0.37 * i * i + step) for i in range(count)], dtype=torch.float32).reshape(shape)


def run(shape, make):
    p = torch.nn.Parameter(parameter(shape))
    optimiser = make([p])
    for step in range(1, 6):
        p.grad = gradient(shape, step)
        optimiser.step()
    return [float(x) for x in p.detach().flatten()]


golden = {
    "torch": torch.__version__.split("+")[0],
    "adamw": {
        "shape": [5, 7],
        "rate": 0.01,
        "beta1": 0.9,
        "beta2": 0.98,
        "weight_decay": 0.05,
        "values": run((5, 7), lambda ps: torch.optim.AdamW(ps, lr=0.01, betas=(0.9, 0.98), weight_decay=0.05)),
    },
}
# PyTorch's Muon iterates in bfloat16; in float32 the golden is sharper.
import torch.optim._muon as muon

plain = muon._zeropower_via_newtonschulz


def in_float32(grad, coefficients, steps, eps):
    a, b, c = coefficients
    x = grad.float()
    tall = x.size(0) > x.size(1)
    if tall:
        x = x.T
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.T
        update = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        x = torch.addmm(x, update, x, beta=a)
    return x.T if tall else x


muon._zeropower_via_newtonschulz = in_float32
for name, shape in (("muon_tall", (12, 4)), ("muon_wide", (4, 9))):
    golden[name] = {
        "shape": list(shape),
        "rate": 0.02,
        "momentum": 0.95,
        "weight_decay": 0.01,
        "values": run(shape, lambda ps: torch.optim.Muon(ps, lr=0.02, momentum=0.95, weight_decay=0.01, nesterov=True)),
    }
path = pathlib.Path(__file__).with_name("optimiser_golden.json")
path.write_text(json.dumps(golden, indent=1) + "\n")
