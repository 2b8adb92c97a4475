"""Writes recurrent.json: what torch.nn.RNN, LSTM and GRU compute in float64, stacked and both ways.

Run from the root of the repository with Debian's python3-torch:

    /usr/bin/python3 tests/golden/make-recurrent-goldens.py

Sequences are time-major, [T, B, width]. The loss is the mean squared distance to a target.
"""
import json
import pathlib

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.manual_seed(21)

T, B, D, H = 4, 2, 3, 3
STEPS = 20
CELLS = {
    'rnn-tanh': lambda **o: nn.RNN(D, H, nonlinearity='tanh', **o),
    'rnn-relu': lambda **o: nn.RNN(D, H, nonlinearity='relu', **o),
    'lstm': lambda **o: nn.LSTM(D, H, **o),
    'gru': lambda **o: nn.GRU(D, H, **o),
}
STACKS = [(1, False), (2, True), (3, False)]


def flat(tensor):
    return tensor.detach().reshape(-1).tolist()


def run(model, x, h0, c0):
    state = (h0, c0) if isinstance(model, nn.LSTM) else h0
    output, final = model(x, state)
    return (output, *final) if isinstance(final, tuple) else (output, final, torch.empty(0))


def case(cell, layers, bidirectional):
    model = CELLS[cell](num_layers=layers, bidirectional=bidirectional)
    directions = 2 if bidirectional else 1
    x = torch.randn(T, B, D, requires_grad=True)
    h0 = torch.randn(layers * directions, B, H, requires_grad=True)
    c0 = torch.randn(layers * directions, B, H, requires_grad=True)
    target = torch.randn(T, B, directions * H)
    weights = {name: flat(p) for name, p in model.named_parameters()}

    output, hn, cn = run(model, x, h0, c0)
    nn.functional.mse_loss(output, target).backward()
    lstm = cell == 'lstm'
    golden = {
        'cell': cell,
        'layers': layers,
        'bidirectional': bidirectional,
        'x': flat(x),
        'h0': flat(h0),
        'c0': flat(c0) if lstm else [],
        'target': flat(target),
        'weights': weights,
        'output': flat(output),
        'hn': flat(hn),
        'cn': flat(cn),
        'gradients': {name: flat(p.grad) for name, p in model.named_parameters()},
        'dx': flat(x.grad),
        'dh0': flat(h0.grad),
        'dc0': flat(c0.grad) if lstm else [],
    }

    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss = nn.functional.mse_loss(run(model, x, h0, c0)[0], target)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return {**golden, 'losses': losses}


goldens = {
    'shape': {'T': T, 'B': B, 'D': D, 'H': H},
    'learningRate': 0.01,
    'cases': [case(cell, *stack) for cell in CELLS for stack in STACKS],
}
path = pathlib.Path(__file__).with_name('recurrent.json')
path.write_text(json.dumps(goldens) + '\n')
