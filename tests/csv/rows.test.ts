import { TextEncoder } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textDecoder } from '../../electron/engine/sources/csv-encoding.ts';
import { CSV_LIMITS } from '../../electron/engine/sources/csv-limits.ts';
import { createCsvRows, type RowPlace } from '../../electron/engine/sources/csv-rows.ts';

const DIALECT = { delimiter: ',', quote: '"' };

interface Reading {
  readonly rows: { fields: readonly string[]; place: RowPlace }[];
  readonly error: string | null;
}

function read(pieces: Iterable<string>): Reading {
  const rows: Reading['rows'] = [];
  try {
    const reader = createCsvRows('machine.csv', DIALECT, (fields, place) => {
      rows.push({ fields: [...fields], place });
    });
    for (const piece of pieces) reader.push(piece);
    reader.end();
    return { rows, error: null };
  } catch (error) {
    return { rows, error: (error as Error).message };
  }
}

function* decoded(bytes: Uint8Array, sizes: readonly number[]): Generator<string> {
  const decoder = textDecoder('utf-8');
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    yield decoder.decode(bytes.subarray(at, at + size), { stream: true });
    at += size;
  }
  yield decoder.decode();
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });
/** Everything that matters to a reader of tables, in any disorder. */
const disorder = fc
  .array(fc.constantFrom('a', '1', ',', '"', '""', '\n', '\r', '\r\n', ' ', 'é', '运', '\ufeff'), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''));
const field = fc.string({
  unit: fc.constantFrom('a', '1', '.', ',', '"', '\n', 'é', '运', '😀', ' '),
  maxLength: 6,
});
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

describe('createCsvRows', () => {
  it('answers the same rows, lines and errors however the bytes are cut', () => {
    fc.assert(
      fc.property(disorder, sizes, (text, cuts) => {
        const bytes = new TextEncoder().encode(text);
        const whole = read(decoded(bytes, [Math.max(1, bytes.length)]));
        expect(read(decoded(bytes, cuts))).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads back every table that was written with quotes', () => {
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1 });
    const end = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(rows, end, sizes, (cells, newline, cuts) => {
        const text = cells.map((row) => row.map(quoted).join(',')).join(newline);
        const found = read(decoded(new TextEncoder().encode(text), cuts));
        expect(found.error).toBeNull();
        expect(found.rows.map(({ fields }) => fields)).toEqual(cells);
        let line = 1;
        for (const [i, { place }] of found.rows.entries()) {
          const lines = cells[i]!.join('').split('\n').length;
          expect(place).toEqual({ line, lines, misquoted: false });
          line += lines;
        }
      }),
    );
  });

  it('counts blank lines but passes them over', () => {
    const { rows } = read(['\ufeffa,b\n\n  \n1,2\r\n\r\n3,4']);
    expect(rows.map(({ fields }) => fields.join())).toEqual(['a,b', '1,2', '3,4']);
    expect(rows.map(({ place }) => place.line)).toEqual([1, 4, 6]);
  });

  it('keeps no trace of a line end in a field', () => {
    const { rows } = read(['a,b\r', '\n1,2\r', '\n']);
    expect(rows.map(({ fields }) => fields.join('|'))).toEqual(['a|b', '1|2']);
  });

  it('names the line of a quote that is never closed', () => {
    expect(read(['a,b\n1,2\n3,"4\n5,6\n']).error).toMatch(/opened on line 3 of machine\.csv/);
    const rest = '5,6\n'.repeat(CSV_LIMITS.lineChars);
    const { error, rows } = read(['a,b\n1,"2\n', rest]);
    expect(error).toMatch(/opened on line 2 of machine\.csv/);
    expect(rows).toHaveLength(1);
  });

  it('marks the row of a quote that closes in the middle of a later field', () => {
    const { rows, error } = read(['a,b\n1,"2\n3,4\n5,"6"\n7,8\n']);
    expect(error).toBeNull();
    expect(rows.map(({ place }) => place.misquoted)).toEqual([false, true, false]);
    expect(rows[1]!.place).toMatchObject({ line: 2, lines: 3 });
    expect(rows[2]).toMatchObject({ fields: ['7', '8'], place: { line: 5 } });
  });

  it('refuses a line without end, by its number', () => {
    const half = '1,'.repeat(CSV_LIMITS.lineChars / 4 + 1);
    expect(read([half, half]).error).toMatch(/Line 1 of machine\.csv is longer than 1 MiB/);
    expect(read(['a,b\n1,2\n', half]).error).toBeNull();
    expect(read(['a,b\n1,2\n', half, half]).error).toMatch(/Line 3 of machine\.csv/);
  });
});
