"""The same training and the same live step in PyTorch on the processor.

Lines of JSON in, lines of JSON out. First the task, then a number of steps per line.
"""
import json
import sys
import time

import torch
from torch import nn

task = json.loads(sys.stdin.readline())
shape = task['shape']
T, B, H, D = (shape[k] for k in 'TBHD')
torch.set_num_threads(task['threads'])

gru, head = nn.GRU(D, H), nn.Linear(H, 1)
targets = dict(gru.named_parameters(), head=head.weight, head_bias=head.bias)
with torch.no_grad():
    for name, target in targets.items():
        target.copy_(torch.tensor(task['weights'][name]).reshape(target.shape))
x = torch.tensor(task['x']).reshape(T, B, D)
y = torch.tensor(task['y']).reshape(B, 1)
adam = torch.optim.Adam([*gru.parameters(), *head.parameters()], lr=task['learningRate'])
row, state = x[:1, :1], torch.zeros(1, 1, H)


def train():
    adam.zero_grad(set_to_none=True)
    loss = nn.functional.mse_loss(head(gru(x)[0][-1]), y)
    loss.backward()
    adam.step()
    return loss.item()


def live():
    global state
    with torch.no_grad():
        output, state = gru(row, state)
        head(output[-1]).item()


step = train if task['discipline'] == 'train' else live
print(json.dumps({'version': torch.__version__}), flush=True)
for line in sys.stdin:
    ms, loss = [], None
    for _ in range(int(line)):
        started = time.perf_counter()
        loss = step()
        ms.append((time.perf_counter() - started) * 1e3)
    print(json.dumps({'ms': ms, 'loss': loss}), flush=True)
