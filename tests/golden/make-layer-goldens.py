"""Writes layers.json: convolution over time, additive attention pooling, batch normalisation and the
largest over time in float64 PyTorch.

Run from the root of the repository with Debian's python3-torch:

    /usr/bin/python3 tests/golden/make-layer-goldens.py

Sequences are time-major, [T, B, width]; the loss is the sum of the output times `weighing`.
"""
import json
import pathlib

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.manual_seed(22)

T, B, D = 9, 2, 3


def flat(tensor):
    return tensor.detach().reshape(-1).tolist()


def finish(case, output, weighing, parameters, x):
    (output * weighing).sum().backward()
    gradients = {name: flat(p.grad) for name, p in parameters}
    return {**case, 'output': flat(output), 'weighing': flat(weighing), 'gradients': gradients,
            'dx': flat(x.grad)}


def convolution(K, width, stride, padding):
    model = nn.Conv1d(D, K, width, stride=stride, padding=padding)
    x = torch.randn(T, B, D, requires_grad=True)
    output = model(x.permute(1, 2, 0)).permute(2, 0, 1)
    case = {'shape': {'T': T, 'B': B, 'D': D, 'K': K, 'width': width, 'stride': stride,
                      'padding': padding},
            'x': flat(x), 'weights': {n: flat(p) for n, p in model.named_parameters()}}
    return finish(case, output, torch.randn_like(output), model.named_parameters(), x)


def attention(A):
    inner, query = nn.Linear(D, A), nn.Linear(A, 1, bias=False)
    x = torch.randn(T, B, D, requires_grad=True)
    alpha = torch.softmax(query(torch.tanh(inner(x))), dim=0)
    output = (alpha * x).sum(dim=0)
    parameters = [('weight', inner.weight), ('bias', inner.bias), ('query', query.weight)]
    case = {'shape': {'T': T, 'B': B, 'H': D, 'A': A}, 'x': flat(x), 'alpha': flat(alpha),
            'weights': {n: flat(p) for n, p in parameters}}
    return finish(case, output, torch.randn_like(output), parameters, x)


def batch_norm(is_training):
    model = nn.BatchNorm1d(D)
    nn.init.normal_(model.weight)
    nn.init.normal_(model.bias)
    model.running_mean.normal_()
    model.running_var.uniform_(0.5, 2)
    model.train(is_training)
    x = torch.randn(T, B, D, requires_grad=True)
    case = {'shape': {'T': T, 'B': B, 'D': D, 'isTraining': is_training}, 'x': flat(x),
            'weights': {n: flat(p) for n, p in model.state_dict().items() if p.dim() > 0}}
    output = model(x.reshape(T * B, D)).reshape(T, B, D)
    golden = finish(case, output, torch.randn_like(output), model.named_parameters(), x)
    return {**golden, 'running_mean': flat(model.running_mean),
            'running_var': flat(model.running_var)}


def largest():
    x = torch.randn(T, B, D, requires_grad=True)
    output = x.max(dim=0).values
    case = {'shape': {'T': T, 'B': B, 'D': D}, 'x': flat(x), 'weights': {}}
    return finish(case, output, torch.randn_like(output), [], x)


goldens = {
    'convolutions': [convolution(4, 3, 1, 0), convolution(2, 4, 2, 1), convolution(3, 1, 3, 0)],
    'attentions': [attention(1), attention(5)],
    'batchNorms': [batch_norm(True), batch_norm(False)],
    'largest': largest(),
}
path = pathlib.Path(__file__).with_name('layers.json')
path.write_text(json.dumps(goldens) + '\n')
