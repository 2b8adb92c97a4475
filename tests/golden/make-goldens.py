"""Writes forecaster.json: what PyTorch computes in float64, for the model engine to agree with.

Run from the root of the repository with Debian's python3-torch:

    /usr/bin/python3 tests/golden/make-goldens.py && npx prettier --write tests/golden

A checkpoint of the application opens in Python as

    from safetensors.torch import load_file
    weights = load_file('model.safetensors')   # 'gru.weight_ih_l0' … as in class Forecaster below

Sequences are time-major, [T, B, width]; forecasts are [T, B, horizons, targets].
"""
import json
import pathlib

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.manual_seed(20)

INPUTS, TARGETS, HIDDEN, HORIZONS = 3, 2, 4, (1, 3)
STEPS = 20


class Forecaster(nn.Module):
    """The last value plus a head over a GRU plus a linear skip from the inputs."""

    def __init__(self):
        super().__init__()
        outputs = TARGETS * len(HORIZONS)
        self.gru = nn.GRU(INPUTS, HIDDEN)
        self.head = nn.Linear(HIDDEN, outputs)
        self.skip = nn.Linear(INPUTS, outputs, bias=False)

    def forward(self, u, y):
        g, _ = self.gru(u)
        change = self.head(g) + self.skip(u)
        return y.unsqueeze(2) + change.view(*u.shape[:2], len(HORIZONS), TARGETS)


LOSSES = {'huber': nn.HuberLoss(delta=1.0), 'mse': nn.MSELoss()}


def flat(tensor):
    return tensor.detach().reshape(-1).tolist()


def named(model, value):
    return {name: flat(value(parameter)) for name, parameter in model.named_parameters()}


def batch(series, starts, length):
    """u, y and the targets of every horizon for chunks that begin at these rows."""
    u, y = series
    rows = torch.tensor(starts)[None, :] + torch.arange(length)[:, None]
    return u[rows], y[rows], torch.stack([y[rows + h] for h in HORIZONS], dim=2)


def gradients(model, series, starts, length, warmup):
    u, y, target = batch(series, starts, length)
    result = {}
    for name, loss in LOSSES.items():
        model.zero_grad()
        output = model(u, y)
        value = loss(output[warmup:], target[warmup:])
        value.backward()
        result[name] = {'loss': value.item(), 'gradients': named(model, lambda p: p.grad)}
    return {'length': length, 'warmup': warmup, 'starts': starts, 'output': flat(output), **result}


def training(model, weights, series, starts_of, length, warmup, loss, optimiser, cycle, clip):
    """Losses of 20 steps, how many of them were clipped, and the weights after the last."""
    model.load_state_dict(weights)
    optimiser = optimiser(model.parameters())
    schedule = cycle(optimiser) if cycle else None
    losses = []
    clipped = 0
    for step in range(STEPS):
        u, y, target = batch(series, starts_of(step), length)
        optimiser.zero_grad()
        value = LOSSES[loss](model(u, y)[warmup:], target[warmup:])
        value.backward()
        if clip:
            clipped += nn.utils.clip_grad_norm_(model.parameters(), clip).item() > clip
        optimiser.step()
        if schedule:
            schedule.step()
        losses.append(value.item())
    return {'clipped': clipped, 'losses': losses, 'weights': named(model, lambda p: p)}


def main():
    model = Forecaster()
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    rows = 24
    series = (torch.randn(rows, INPUTS), torch.randn(rows, TARGETS))
    reach = max(HORIZONS)
    # As many rows as one chunk needs, so that the trainer can draw no other.
    short, short_warmup = 8, 2
    rate = 0.05
    golden = {
        'torch': torch.__version__,
        'spec': dict(inputs=INPUTS, targets=TARGETS, hidden=HIDDEN, horizons=HORIZONS),
        'rows': rows,
        'inputs': flat(series[0]),
        'targets': flat(series[1]),
        'weights': {name: flat(value) for name, value in weights.items()},
        'gradients': gradients(model, series, [0, 5, 11], 7, 2),
        'adam': {
            **dict(length=7, warmup=2, learningRate=rate),
            'starts': [[step % 11, (3 * step + 1) % 11] for step in range(STEPS)],
            **training(model, weights, series, lambda s: [s % 11, (3 * s + 1) % 11], 7, 2, 'huber',
                       lambda p: torch.optim.Adam(p, lr=rate), None, None),
        },
        'adamw': {
            **dict(rows=short + reach, length=short, warmup=short_warmup, learningRate=rate),
            **dict(weightDecay=0.1, batch=3),
            **training(model, weights, series, lambda s: [0, 0, 0], short, short_warmup, 'mse',
                       lambda p: torch.optim.AdamW(p, lr=rate, weight_decay=0.1),
                       lambda o: torch.optim.lr_scheduler.OneCycleLR(
                           o, max_lr=rate, total_steps=STEPS, pct_start=0.1), 1.0),
        },
    }
    path = pathlib.Path(__file__).with_name('forecaster.json')
    path.write_text(json.dumps(golden, separators=(',', ':')) + '\n')


main()
