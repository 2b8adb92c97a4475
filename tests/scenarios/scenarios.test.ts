/** Behaviour as scripts that a user could read: each must hold whatever the noise. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { complaints, play } from './play-script.ts';
import { parseScript } from './script.ts';

const SEEDS = [1, 2, 3];
const folder = import.meta.dirname;
const scripts = readdirSync(folder).filter((name) => name.endsWith('.txt'));

describe('scenarios', () => {
  it('are forty or more', () => {
    expect(scripts.length).toBeGreaterThanOrEqual(40);
  });

  it.each(scripts.map((name) => name.replace('.txt', '')))('%s', (name) => {
    const script = parseScript(readFileSync(join(folder, `${name}.txt`), 'utf8'));
    const found = SEEDS.flatMap((seed) =>
      complaints(script, play(script, seed)).map((complaint) => `seed ${seed}: ${complaint}`),
    );
    expect(found).toEqual([]);
  });

  it('a line that is not understood is named', () => {
    const text = 'load 1s temp 20 ± 0.1 × 100\ntrain reference 64\n';
    expect(() => parseScript(`${text}expect nothing`)).toThrow(/"nothing"/);
    expect(() => parseScript(`${text}shout temp`)).toThrow(/"shout temp"/);
    expect(() => parseScript('load 1s temp 20 +- 3 × 5')).toThrow(/20 \+- 3/);
    expect(() => parseScript('train stream 5')).toThrow(/load/);
  });

  it('complain when what is expected does not come', () => {
    const text = 'load 1s temp 20 ± 0.1 × 300\ntrain reference 200\n';
    const wrong = parseScript(`${text}expect event temp starts 250 ± 5\nexpect events 3`);
    expect(complaints(wrong, play(wrong, 1))).toHaveLength(2);
  });
});
