"""Writes networks.json: every kind of network, loss, optimiser and schedule in float64 PyTorch.

Run from the root of the repository with Debian's python3-torch:

    /usr/bin/python3 tests/golden/make-network-goldens.py

A case trains one network for 20 updates on one batch. `output` and `gradients` are those of the
first pass, `losses` come before each update, `last` are the weights after all of them. Sequences are
time-major. Weights and data are multiples of 1/256, which float32 holds exactly.
"""
import json
import pathlib

import torch
from torch import nn
from torch.nn import functional
from torch.optim import lr_scheduler

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.manual_seed(23)

STEPS = 20


def exact(tensor):
    return torch.round(tensor * 256) / 256


def normal(*shape):
    return exact(torch.randn(*shape))


def mask(*shape, p):
    """Inverted dropout."""
    return (torch.rand(*shape) >= p).double() / (1 - p)


def flat(tensor):
    return [float(f'{value:.12g}') for value in tensor.detach().reshape(-1).tolist()]


def recurrent(cell, inputs, hidden, layers, bidirectional=False):
    kinds = {'gru': nn.GRU, 'lstm': nn.LSTM, 'rnn-tanh': nn.RNN, 'rnn-relu': nn.RNN}
    options = {'nonlinearity': cell[4:]} if cell.startswith('rnn') else {}
    return kinds[cell](inputs, hidden, layers, bidirectional=bidirectional, **options)


def run_layers(module, x, state, drops):
    """A stack layer by layer, with given masks between them; one direction."""
    finals = []
    run = torch._VF.lstm if isinstance(module, nn.LSTM) else torch._VF.gru
    for layer in range(module.num_layers):
        if layer > 0 and drops:
            x = x * drops[layer - 1]
        weights = [getattr(module, f'{n}_l{layer}') for n in
                   ('weight_ih', 'weight_hh', 'bias_ih', 'bias_hh')]
        x, *final = run(x, state[layer], weights, True, 1, 0.0, False, False, False)
        finals.append(tuple(final) if len(final) > 1 else final[0])
    return x, finals


class Attention(nn.Linear):
    def __init__(self, width):
        super().__init__(width, width)
        self.v = nn.Parameter(torch.randn(width))

    def forward(self, h):
        alpha = torch.softmax(torch.tanh(super().forward(h)) @ self.v, dim=0)
        return (alpha.unsqueeze(-1) * h).sum(0, keepdim=True)


class Stack(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.spec = spec
        width = spec['inputs']
        self.conv, self.norm = nn.ModuleList(), nn.ModuleList()
        for c in spec['convolutions']:
            normalised = c.get('isNormalised', False)
            self.conv.append(nn.Conv1d(width, c['outputs'], c['width'], c['stride'], c['padding'],
                                       bias=not normalised))
            width = c['outputs']
            self.norm.append(nn.BatchNorm1d(width) if normalised else nn.Identity())
        r, head = spec['recurrent'], spec['head']
        self.cell = 'rnn' if r['cell'].startswith('rnn') else r['cell']
        stack = recurrent(r['cell'], width, r['hidden'], r['layers'], r['bidirectional'])
        self.add_module(self.cell, stack)
        states = r['hidden'] * (2 if r['bidirectional'] else 1)
        if head['reading'] == 'attention':
            self.attention = Attention(states)
        read = 2 * states if head['reading'] == 'mean-max' else states
        self.head = nn.Linear(read, head['outputs'])
        if head.get('hasSkip'):
            self.skip = nn.Linear(spec['inputs'], head['outputs'], bias=False)

    def forward(self, x, case):
        c = x
        for conv, norm in zip(self.conv, self.norm):
            c = torch.relu(norm(conv(c.permute(1, 2, 0)))).permute(2, 0, 1)
        stack, masks = getattr(self, self.cell), case.get('masks', [])
        if masks:
            zero = torch.zeros(1, x.shape[1], stack.hidden_size)
            h, _ = run_layers(stack, c, [zero] * stack.num_layers, masks)
        else:
            h, _ = stack(c)
        reading = self.spec['head']['reading']
        r = {'steps': lambda: h, 'last': lambda: h[-1:], 'mean': lambda: h.mean(0, keepdim=True),
             'max': lambda: h.max(0, keepdim=True).values,
             'mean-max': lambda: torch.cat([h.mean(0, keepdim=True),
                                            h.max(0, keepdim=True).values], 2),
             'attention': lambda: self.attention(h)}[reading]()
        y = self.head(r * masks[-1] if self.spec['head'].get('dropout') else r)
        return y + self.skip(x) if hasattr(self, 'skip') else y


class Segments(nn.Module):
    def __init__(self, spec):
        super().__init__()
        w, d, self.ahead = spec['inputs'], spec['hidden'], spec['ahead']
        self.segment, self.gru = nn.Linear(w, d), nn.GRU(d, d)
        self.position, self.head = nn.Linear(self.ahead, d, bias=False), nn.Linear(d, w)

    def forward(self, x, case):
        B = x.shape[1]
        _, h = self.gru(torch.relu(self.segment(x)))
        positions = self.position.weight.t().repeat_interleave(B, 0).unsqueeze(0)
        g, _ = self.gru(positions, h.repeat(1, self.ahead, 1))
        return self.head(g.reshape(self.ahead, B, -1) * case['masks'][0])


class EncoderDecoder(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.spec = spec
        H, K, L = spec['hidden'], spec['outputs'], spec['layers']
        context = H if spec['hasAttention'] else 0
        self.encoder = recurrent(spec['cell'], spec['inputs'], H, L)
        self.decoder = recurrent(spec['cell'], K + context, H, L)
        if context:
            self.keys, self.query = nn.Linear(H, H, bias=False), nn.Linear(H, H)
            self.attention = nn.Module()
            self.attention.v = nn.Parameter(torch.randn(H))
        self.head = nn.Linear(H + context, K)

    def forward(self, x, case):
        memory, state = self.encoder(x)
        outputs, p = [], case['forced'][:1]
        for j in range(self.spec['ahead']):
            if j > 0:
                p = case['forced'][j:j + 1] + case['free'][j:j + 1] * outputs[-1]
            if self.spec['hasAttention']:
                top = (state[0] if isinstance(state, tuple) else state)[-1:]
                scores = torch.tanh(self.keys(memory) + self.query(top)) @ self.attention.v
                c = (torch.softmax(scores, 0).unsqueeze(-1) * memory).sum(0, keepdim=True)
            s, state = self.decoder(torch.cat([p, c], 2) if self.spec['hasAttention'] else p, state)
            outputs.append(self.head(torch.cat([s, c], 2) if self.spec['hasAttention'] else s))
        return torch.cat(outputs)


class Combined(nn.Module):
    def __init__(self, spec):
        super().__init__()
        self.H = spec['hidden']
        self.i2h = nn.Linear(spec['inputs'] + self.H, self.H)
        self.i2o = nn.Linear(spec['inputs'] + self.H, spec['outputs'])

    def forward(self, x, case):
        h, outputs = torch.zeros(x.shape[1], self.H), []
        for step in x:
            combined = torch.cat([step, h], 1)
            h = self.i2h(combined)
            outputs.append(self.i2o(combined))
        return torch.stack(outputs)


KINDS = {'stack': Stack, 'segments': Segments, 'encoder-decoder': EncoderDecoder,
         'combined': Combined}


def loss_of(spec, output, target):
    name = spec['name']
    if name == 'cross-entropy':
        weight = spec.get('weights') and torch.tensor(spec['weights'])
        scores = functional.log_softmax(output, -1).reshape(-1, output.shape[-1])
        if spec.get('reduction') == 'sum':
            return functional.nll_loss(scores, target.reshape(-1), reduction='sum')
        return functional.cross_entropy(output.reshape(scores.shape), target.reshape(-1), weight,
                                        label_smoothing=spec.get('smoothing', 0))
    if name == 'gaussian':
        mean, log_variance = output.chunk(2, -1)
        return functional.gaussian_nll_loss(mean, target, log_variance.exp())
    if name == 'quantile':
        tau = torch.tensor(spec['quantiles']).repeat(output.shape[-1] // len(spec['quantiles']))
        e = target - output
        return torch.maximum(tau * e, (tau - 1) * e).mean()
    return {'mse': functional.mse_loss, 'mae': functional.l1_loss,
            'huber': lambda a, b: functional.huber_loss(a, b, delta=spec['delta'])}[name](
                output, target)


def optimiser_of(spec, parameters):
    options = {'lr': spec['learningRate'], 'weight_decay': spec.get('weightDecay', 0)}
    if spec['name'] == 'sgd':
        options['momentum'] = spec.get('momentum', 0)
    kinds = {'sgd': torch.optim.SGD, 'adagrad': torch.optim.Adagrad, 'adam': torch.optim.Adam,
             'rmsprop': torch.optim.RMSprop, 'adamw': torch.optim.AdamW}
    return kinds[spec['name']](parameters, **options)


def schedule_of(spec, optimiser):
    warm = spec.get('warmUpSteps', 0)
    left = STEPS - warm
    name = spec['name']
    made = {
        'constant': lambda: lr_scheduler.LambdaLR(optimiser, lambda step: 1),
        'step': lambda: lr_scheduler.StepLR(optimiser, spec['every'], spec['factor']),
        'exponential': lambda: lr_scheduler.ExponentialLR(optimiser, spec['factor']),
        'cosine': lambda: lr_scheduler.CosineAnnealingLR(optimiser, left),
        'plateau': lambda: lr_scheduler.ReduceLROnPlateau(
            optimiser, factor=spec['factor'], patience=spec['patience'], threshold=0,
            threshold_mode='abs'),
        'one-cycle': lambda: lr_scheduler.OneCycleLR(
            optimiser, optimiser.defaults['lr'], STEPS, pct_start=0.1),
    }[name]()
    if not warm:
        return made
    line = lr_scheduler.LinearLR(optimiser, 1 / warm, 1, warm - 1)
    return lr_scheduler.SequentialLR(optimiser, [line, made], [warm])


def update(model, optimiser, spec):
    parameters = list(model.parameters())
    if 'clipNorm' in spec:
        nn.utils.clip_grad_norm_(parameters, spec['clipNorm'])
    if 'clipValue' in spec:
        nn.utils.clip_grad_value_(parameters, spec['clipValue'])
    for p in parameters:
        p.grad += spec.get('l1', 0) * p.sign()
    optimiser.step()


def numbers(model):
    return {n: flat(p) for n, p in model.state_dict().items() if p.dim() > 0}


def case(name, network, T, B, loss, optimiser, schedule={'name': 'constant'}, **extra):
    model = KINDS[network['kind']](network)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(exact(p))
    model.train()
    x = normal(T, B, network['inputs'])
    with torch.no_grad():
        shape = model(x, extra).shape
    for norm in getattr(model, 'norm', []):
        if isinstance(norm, nn.BatchNorm1d):
            norm.reset_running_stats()
    columns = shape[2] // (2 if loss['name'] == 'gaussian' else 1)
    if loss['name'] == 'cross-entropy':
        target = torch.randint(columns, shape[:2])
    else:
        target = normal(*shape[:2], columns)
    golden = {'name': name, 'network': network, 'T': T, 'B': B, 'loss': loss,
              'optimiser': optimiser, 'schedule': schedule, 'x': flat(x), 'target': flat(target),
              'weights': numbers(model),
              **{key: flat(value) for key, value in extra.items() if key != 'masks'},
              'masks': [flat(m) for m in extra.get('masks', [])]}
    rule = optimiser_of(optimiser, model.parameters())
    rates, losses = schedule_of(schedule, rule), []
    for step in range(STEPS):
        rule.zero_grad()
        output = model(x, extra)
        value = loss_of(loss, output, target)
        value.backward()
        losses.append(value.item())
        if step == 0:
            golden['output'] = flat(output)
            golden['gradients'] = {n: flat(p.grad) for n, p in model.named_parameters()}
        update(model, rule, optimiser)
        rates.step(value.item()) if schedule['name'] == 'plateau' else rates.step()
    return {**golden, 'losses': losses, 'last': numbers(model)}


def stack(cell, reading, outputs, inputs=2, hidden=3, layers=1, bidirectional=False,
          convolutions=(), dropout=0, **head):
    return {'kind': 'stack', 'inputs': inputs, 'convolutions': list(convolutions),
            'recurrent': {'cell': cell, 'hidden': hidden, 'layers': layers,
                          'bidirectional': bidirectional, 'dropout': dropout},
            'head': {'reading': reading, 'outputs': outputs, **head}}


T, B = 6, 3
convolution = {'outputs': 4, 'width': 3, 'stride': 2, 'padding': 1, 'isNormalised': True}
plain = {'outputs': 4, 'width': 2, 'stride': 1, 'padding': 0}
one_cycle = {'name': 'one-cycle'}
character = {'kind': 'combined', 'inputs': 4, 'hidden': 10, 'outputs': 3, 'reading': 'steps'}
encoder_decoder = {'kind': 'encoder-decoder', 'cell': 'gru', 'inputs': 2, 'hidden': 3, 'layers': 1,
                   'outputs': 2, 'ahead': 4, 'hasAttention': True, 'teacherForcing': 0.5}
free = (torch.rand(4, B, 1) < 0.5).double().repeat(1, 1, 2)
cases = [
    case('every step, Huber, AdamW on one cycle, clipped by norm', stack('gru', 'steps', 2, hasSkip=True),
         T, B, {'name': 'huber', 'delta': 1}, {'name': 'adamw', 'learningRate': 0.02,
                                               'weightDecay': 0.1, 'clipNorm': 0.3}, one_cycle),
    case('last, MSE, SGD with momentum and L2 by steps', stack('lstm', 'last', 2), T, B,
         {'name': 'mse'}, {'name': 'sgd', 'learningRate': 0.1, 'momentum': 0.9,
                           'weightDecay': 0.01}, {'name': 'step', 'every': 6, 'factor': 0.5}),
    case('mean, MAE, Adagrad decaying', stack('rnn-tanh', 'mean', 2), T, B, {'name': 'mae'},
         {'name': 'adagrad', 'learningRate': 0.05}, {'name': 'exponential', 'factor': 0.95}),
    case('attention both ways, quantiles, RMSprop on a cosine after a warm-up',
         stack('gru', 'attention', 3, bidirectional=True), T, B,
         {'name': 'quantile', 'quantiles': [0.1, 0.5, 0.9]},
         {'name': 'rmsprop', 'learningRate': 0.005}, {'name': 'cosine', 'warmUpSteps': 4}),
    case('two layers dropped out, Gaussian, Adam on plateaus',
         stack('gru', 'last', 4, layers=2, dropout=0.3, **{'hasSkip': False}) |
         {'head': {'reading': 'last', 'outputs': 4, 'dropout': 0.2}}, T, B, {'name': 'gaussian'},
         {'name': 'adam', 'learningRate': 0.3}, {'name': 'plateau', 'patience': 0, 'factor': 0.5},
         masks=[mask(T, B, 3, p=0.3), mask(1, B, 3, p=0.2)]),
    case('normalised convolutions, mean and largest, cross-entropy smoothed and weighted',
         stack('gru', 'mean-max', 3, hidden=4, convolutions=[convolution, convolution]), 12, 4,
         {'name': 'cross-entropy', 'smoothing': 0.1, 'weights': [1, 2, 0.5]},
         {'name': 'adamw', 'learningRate': 0.02, 'weightDecay': 0.01}, one_cycle),
    case('convolution, three layers of relu, largest, clipped by value, L1',
         stack('rnn-relu', 'max', 2, layers=3, convolutions=[plain]), T, B, {'name': 'mse'},
         {'name': 'adam', 'learningRate': 0.01, 'l1': 0.01, 'clipValue': 0.05}),
    case('segment GRU', {'kind': 'segments', 'inputs': 4, 'hidden': 5, 'ahead': 2, 'dropout': 0.2},
         3, B, {'name': 'mae'}, {'name': 'adamw', 'learningRate': 0.01, 'weightDecay': 1e-4,
                                 'clipNorm': 1}, one_cycle, masks=[mask(2, B, 5, p=0.2)]),
    case('encoder and decoder with attention, half taught', encoder_decoder, T, B, {'name': 'mse'},
         {'name': 'adam', 'learningRate': 0.02, 'clipNorm': 1}, {'name': 'cosine'},
         forced=normal(4, B, 2) * (1 - free), free=free),
    case('encoder and decoder of two layers of LSTM, all taught',
         {**encoder_decoder, 'cell': 'lstm', 'layers': 2, 'hasAttention': False,
          'teacherForcing': 1}, T, B, {'name': 'mae'}, {'name': 'adam', 'learningRate': 0.02},
         forced=normal(4, B, 2), free=torch.zeros(4, B, 2)),
    case('the primer on characters, plain descent', character, 5, 1,
         {'name': 'cross-entropy', 'reduction': 'sum'}, {'name': 'sgd', 'learningRate': 0.1}),
    case('the primer on characters, Adam', character, 5, 1, {'name': 'cross-entropy'},
         {'name': 'adam', 'learningRate': 0.01}),
]
path = pathlib.Path(__file__).with_name('networks.json')
path.write_text('[\n' + ',\n'.join(json.dumps(one) for one in cases) + '\n]\n')
