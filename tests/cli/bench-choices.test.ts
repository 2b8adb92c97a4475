/** `bench detect --choices` over a folder as NAB publishes it, made up in a moment. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliFolder, table, type CliFolder } from './offbeat-process.ts';

const ROWS = 480;
/** A wave with a jump at a row, and where that is labelled. */
const SERIES = { 'realWaves/first': 300, 'realSteps/second': 200 } as const;

let folder: CliFolder;

const stamp = (row: number): string =>
  new Date(Date.UTC(2026, 0, 1) + row * 300_000).toISOString().slice(0, 19).replace('T', ' ');

beforeAll(() => {
  folder = cliFolder();
  for (const made of ['data/NAB/labels', 'data/NAB/data/realWaves', 'data/NAB/data/realSteps']) {
    mkdirSync(join(folder.path, made), { recursive: true });
  }
  const windows = Object.entries(SERIES).map(([name, fault]) => {
    const content = table('timestamp,value', ROWS, (row) => {
      const jump = row >= fault && row < fault + 6 ? 9 : 0;
      const wave = 10 + 2 * Math.sin(row / 8) + 0.3 * Math.sin(row * row) + jump;
      return `${stamp(row)},${wave.toFixed(4)}`;
    });
    folder.write(`data/NAB/data/${name}.csv`, content);
    return [`${name}.csv`, [[stamp(fault - 5), stamp(fault + 15)]]];
  });
  folder.write(
    'data/NAB/data/realSteps/tiny.csv',
    table('timestamp,value', 40, (row) => `${stamp(row)},1`),
  );
  windows.push(['realSteps/tiny.csv', []]);
  const labels = JSON.stringify(Object.fromEntries(windows));
  folder.write('data/NAB/labels/combined_windows.json', labels);
});
afterAll(() => folder.remove());

interface Written {
  readonly scopes: readonly {
    readonly scope: string;
    readonly choices: readonly {
      readonly name: string;
      readonly groups: readonly { group: string; chosen: string; scoreAtDefault: number }[];
      readonly alternatives: readonly { readonly name: string }[];
      readonly atDefault: number;
    }[];
    readonly together: { readonly groups: readonly unknown[]; readonly atDefault: number };
  }[];
}

describe('bench detect --choices', () => {
  const ask = (...more: string[]) =>
    folder.offbeat('bench', 'detect', '--data', 'data', '--threads', '1', ...more);
  const choices = ['--choice', 'threshold,hold rows', '--keep', 'kept', '--json', 'found.json'];

  it('leaves out each category, says so three ways, and goes on from what is kept', async () => {
    const first = await ask(...choices, '--html', 'found.html');
    expect(first).toMatchObject({ code: 0 });
    expect(first.stderr).toMatch(/100\.0 % · \d+\.\d MB\/s · 0 s left/);
    expect(first.stdout).toContain('Not scored: realSteps/tiny: of 40 rows 6 are learnt from;');
    for (const line of ['NAB by category', 'threshold: ', 'hold rows: ', 'All choices at once']) {
      expect(first.stdout).toContain(line);
    }
    const text = readFileSync(join(folder.path, 'found.json'), 'utf8');
    const { scopes } = JSON.parse(text) as Written;
    expect(scopes.map(({ scope }) => scope)).toEqual(['nab']);
    const [{ choices: found, together }] = scopes;
    expect(found.map(({ name }) => name)).toEqual(['threshold', 'hold rows']);
    for (const { groups, alternatives, atDefault } of found) {
      expect(groups.map(({ group }) => group)).toEqual(['realSteps', 'realWaves']);
      const names = alternatives.map(({ name }) => name);
      for (const { chosen } of groups) expect(names).toContain(chosen);
      expect(atDefault).toBe(together.atDefault);
    }
    const page = readFileSync(join(folder.path, 'found.html'), 'utf8');
    expect(page).toContain('hold rows');
    expect(page).not.toContain('<script');

    const again = await ask(...choices);
    expect(again.stderr).toBe('');
    const seconds = / *\d+ s in all\./;
    expect(again.stdout.replace(seconds, '')).toBe(first.stdout.replace(seconds, ''));
  });

  it('refuses a choice that there is none of, and data with nothing to leave out', async () => {
    const unknown = await ask('--choice', 'colour');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('There is no choice "colour"');
    const alone = await ask('--choice', 'threshold', '--only', 'first');
    expect(alone.code).toBe(3);
    expect(alone.stderr).toContain('two categories of a family, or two families, were expected');
  });

  it('ends in words where nothing can be scored, as without choices', async () => {
    for (const more of [[], ['--choice', 'threshold']]) {
      const run = await ask('--only', 'tiny', ...more);
      expect([run.code, run.stderr]).toEqual([3, expect.stringContaining('of 40 rows 6 are')]);
    }
  });
});
