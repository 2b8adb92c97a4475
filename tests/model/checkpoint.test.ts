import { describe, expect, it } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from '../../shared/model/checkpoint.ts';
import { createForecaster } from '../../shared/model/forecaster.ts';

const spec = { inputs: 3, targets: 2, hidden: 4, horizons: [1, 4] };
const metadata = { note: 'pump 7: 20 °C, "normal" ✓ 𝄞', empty: '' };
const whole = (): Uint8Array => saveCheckpoint(createForecaster(spec, 5), metadata);

type Tensor = { dtype: string; shape: number[]; data_offsets: unknown };
type Header = Record<string, Tensor> & { __metadata__?: Record<string, string> };

/** The same checkpoint with its header changed and everything else as it was. */
function withHeader(change: (header: Header) => void): Uint8Array {
  const bytes = whole();
  const { length, header } = headerOf(bytes);
  change(header);
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Uint8Array.from(Buffer.concat([size, text, bytes.subarray(8 + length)]));
}

function headerOf(bytes: Uint8Array): { length: number; header: Header } {
  const length = Number(Buffer.from(bytes).readBigUInt64LE(0));
  const text = Buffer.from(bytes.subarray(8, 8 + length)).toString('utf8');
  return { length, header: JSON.parse(text) as Header };
}

describe('a checkpoint', () => {
  it('gives back the same bits, specification and metadata', () => {
    const forecaster = createForecaster(spec, 5);
    const { data } = forecaster.parameters.get('gru.weight_hh_l0')!;
    data.set([Number.MIN_VALUE, -0, 1 / 3, Number.MAX_VALUE]);
    const bytes = saveCheckpoint(forecaster, metadata);
    const loaded = loadCheckpoint(bytes);
    expect(loaded.metadata).toEqual(metadata);
    expect(loaded.forecaster.spec).toEqual(spec);
    expect([...loaded.forecaster.parameters]).toEqual([...forecaster.parameters]);
    expect(saveCheckpoint(loaded.forecaster, loaded.metadata)).toEqual(bytes);
  });

  it('is read from a part of a larger buffer', () => {
    const bytes = whole();
    const larger = new Uint8Array(bytes.length + 5);
    larger.set(bytes, 3);
    const part = larger.subarray(3, 3 + bytes.length);
    expect(loadCheckpoint(part).metadata).toEqual(metadata);
  });

  it('is laid out as safetensors: names, types, shapes, data without holes to the end', () => {
    const bytes = whole();
    const { length, header } = headerOf(bytes);
    const { __metadata__: strings, ...tensors } = header;
    expect(Object.values(strings!).every((value) => typeof value === 'string')).toBe(true);
    expect(length % 8).toBe(0);
    let end = 0;
    for (const { dtype, shape, data_offsets } of Object.values(tensors) as Tensor[]) {
      const size = 8 * shape.reduce((product, count) => product * count, 1);
      expect(dtype).toBe('F64');
      expect(data_offsets).toEqual([end, end + size]);
      end += size;
    }
    expect(8 + length + end).toBe(bytes.length);
    expect(Object.keys(tensors)).toEqual([
      ...['gru.weight_ih_l0', 'gru.weight_hh_l0', 'gru.bias_ih_l0', 'gru.bias_hh_l0'],
      ...['head.weight', 'head.bias', 'skip.weight'],
    ]);
  });

  it('is read whatever the order of its tensors', () => {
    const bytes = withHeader((header) => {
      const { __metadata__: strings, ...tensors } = header;
      for (const name of Object.keys(header)) delete header[name];
      Object.assign(header, Object.fromEntries(Object.entries(tensors).reverse()));
      header.__metadata__ = strings;
    });
    expect([...loadCheckpoint(bytes).forecaster.parameters]).toEqual([
      ...createForecaster(spec, 5).parameters,
    ]);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['no bytes', () => new Uint8Array(0), /has 0 bytes/],
    ['half a length', () => whole().subarray(0, 5), /has 5 bytes/],
    ['half a header', () => whole().subarray(0, 60), /header of \d+ bytes but has 60/],
    ['another file', () => Uint8Array.from(Buffer.from('PK\x03\x04 an archive')), /header of/],
    ['a value short', () => whole().subarray(0, -8), /skip.weight/],
    [
      'a value too many',
      () => Uint8Array.from([...whole(), ...new Uint8Array(8)]),
      /should end at byte/,
    ],
    ['a header that is not JSON', () => whole().fill(0x7b, 8, 40), /not JSON/],
    ['another type', () => withHeader((h) => (h['head.bias']!.dtype = 'F16')), /F16.*F64 or F32/],
    ['a type of another size', () => withHeader((h) => (h['head.bias']!.dtype = 'F32')), /offsets/],
    ['another shape', () => withHeader((h) => (h['head.bias']!.shape = [2, 2])), /\[2,2\].*\[4\]/],
    ['a missing tensor', () => withHeader((h) => delete h['head.bias']), /no tensor head.bias/],
    [
      'a foreign tensor',
      () => withHeader((h) => (h['lstm.weight'] = h['head.bias']!)),
      /lstm.weight/,
    ],
    ['no metadata', () => withHeader((h) => delete h['__metadata__']), /metadata/],
    [
      'a specification that is not JSON',
      () => withHeader((h) => (h.__metadata__!['spec'] = '{')),
      /not JSON/,
    ],
    [
      'a specification that is no specification',
      () => withHeader((h) => (h.__metadata__!['spec'] = 'null')),
      /null/,
    ],
    [
      'an impossible specification',
      () => withHeader((h) => (h.__metadata__!['spec'] = JSON.stringify({ ...spec, hidden: -1 }))),
      /hidden is -1/,
    ],
    [
      'offsets of another length',
      () => withHeader((h) => (h['head.bias']!.data_offsets = [0, 8])),
      /head.bias/,
    ],
    [
      'negative offsets',
      () => withHeader((h) => (h['head.bias']!.data_offsets = [-32, 0])),
      /head.bias/,
    ],
    [
      'offsets that are no numbers',
      () => withHeader((h) => (h['head.bias']!.data_offsets = 'all')),
      /head.bias/,
    ],
  ])('refuses %s in its own words', (_, bytes, words) => {
    expect(() => loadCheckpoint(bytes())).toThrow(words);
    expect(() => loadCheckpoint(bytes())).toThrow(RangeError);
  });

  it('refuses metadata under the name it keeps for itself', () => {
    expect(() => saveCheckpoint(createForecaster(spec, 5), { spec: 'mine' })).toThrow(/"spec"/);
  });
});
