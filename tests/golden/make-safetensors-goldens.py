"""Shows that torch.nn.GRU, LSTM and RNN load what Offbeat saves, and saves what Offbeat loads.

Reads offbeat-<cell>.safetensors into a module by load_state_dict, writes torch-<cell>.safetensors
of another one, and what both answer to the same sequence into safetensors.json. Run from the root
of the repository with Debian's python3-torch, after `node tests/golden/make-safetensors.ts`:

    /usr/bin/python3 tests/golden/make-safetensors-goldens.py

The format is a length, a JSON header and the numbers; Debian has no package for it, and it needs
none.
"""
import json
import pathlib
import struct

import numpy
import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(31)
HERE = pathlib.Path(__file__).parent
T, B, D, H, K = 5, 2, 3, 4, 2
CELLS = {'rnn-tanh': nn.RNN, 'lstm': nn.LSTM, 'gru': nn.GRU}
NUMPY = {'F64': numpy.float64, 'F32': numpy.float32}


class Network(nn.Module):
    def __init__(self, cell):
        super().__init__()
        self.cell = 'rnn' if cell == 'rnn-tanh' else cell
        setattr(self, self.cell, CELLS[cell](D, H, num_layers=2, bidirectional=True))
        self.head = nn.Linear(2 * H, K)

    def forward(self, x):
        return self.head(getattr(self, self.cell)(x)[0])


def load(path):
    data = path.read_bytes()
    size = struct.unpack('<Q', data[:8])[0]
    header, body = json.loads(data[8:8 + size]), data[8 + size:]
    return {
        name: torch.tensor(numpy.frombuffer(body[slice(*t['data_offsets'])], NUMPY[t['dtype']])
                           .reshape(t['shape']).copy())
        for name, t in header.items() if name != '__metadata__'
    }


def save(path, state):
    header, body = {}, b''
    for name, tensor in state.items():
        part = tensor.numpy().astype('<f4').tobytes()
        offsets = [len(body), len(body) + len(part)]
        header[name] = {'dtype': 'F32', 'shape': list(tensor.shape), 'data_offsets': offsets}
        body += part
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack('<Q', len(text)) + text + body)


def answers(network, x):
    with torch.no_grad():
        return network.double()(x).reshape(-1).tolist()


x = torch.randn(T, B, D, dtype=torch.float64)
goldens = {'shape': {'T': T, 'B': B}, 'x': x.reshape(-1).tolist(), 'ours': {}, 'torch': {}}
for cell in CELLS:
    theirs = Network(cell)
    save(HERE / f'torch-{cell}.safetensors', theirs.state_dict())
    goldens['torch'][cell] = answers(theirs, x)
    ours = Network(cell).double()
    # Strict: every name and every shape must be PyTorch's own.
    ours.load_state_dict(load(HERE / f'offbeat-{cell}.safetensors'))
    goldens['ours'][cell] = answers(ours, x)
(HERE / 'safetensors.json').write_text(json.dumps(goldens) + '\n')
