import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliFolder, machine, minute, table, type CliFolder, type Run } from './offbeat-process.ts';

interface BadFile {
  /** null: there is no such file. */
  readonly content: string | Uint8Array | null;
  readonly options?: readonly string[];
  /** What was found with its line, what was expected, what to do. */
  readonly says: readonly RegExp[];
}

const rows = (row: (index: number) => string, count = 300): string =>
  table('time,load', count, row);

/** Every byte but the ones that make lines, in a fixed disorder. */
const noise = Uint8Array.from({ length: 5000 }, (_, i) => 1 + ((i * 7919 + ((i * i) % 251)) % 255));

const BAD_FILES: Readonly<Record<string, BadFile>> = {
  'empty file': { content: '', says: [/is empty \(0 bytes\)/, /were expected/, /Choose/] },
  'blank lines only': { content: '\n \n\n', says: [/only blank lines/, /were expected/, /Choose/] },
  'header only': {
    content: 'time,load\n',
    says: [/a header line and no rows/, /rows of numbers were expected/, /Choose/],
  },
  'one column of numbers and no period': {
    content: table('load', 50, String),
    says: [/one column, load, and no time/, /were expected/, /--period MS/],
  },
  'one column of words': {
    content: table('state', 50, (i) => (i % 2 ? 'on' : 'off')),
    says: [/one column, state \(text\)/, /were expected/, /Check the delimiter/],
  },
  'one column of times': {
    content: table('time', 50, minute),
    says: [/one column, time \(time\)/, /were expected/, /Check the delimiter/],
  },
  'no numeric column': {
    content: table('time,state', 50, (i) => `${minute(i)},on`),
    says: [/no column of numbers/, /time \(time\), state \(text\)/, /Choose/],
  },
  'binary file': { content: noise, says: [/is a binary file/, /was expected/, /Export/] },
  'missing file': { content: null, says: [/cannot be read: there is no such file/, /check/] },
  'NUL bytes': {
    content: rows((i) => `${minute(i)},${i === 20 ? '\0' : i}`),
    says: [/Line 22 of/, /NUL byte/, /a CSV file was expected/, /Export/],
  },
  '10 MB on one line': {
    content: '1,'.repeat(5 * 1024 * 1024),
    says: [/Line 1 of/, /longer than 1 MiB/, /were expected/, /Check/],
  },
  '10 MB on the line below the header': {
    content: `time,load\n${'1,'.repeat(5 * 1024 * 1024)}`,
    says: [/Line 2 of/, /longer than 1 MiB/, /were expected/, /Check/],
  },
  'unclosed quote': {
    content: rows((i) => `${minute(i)},${i === 100 ? '"' : ''}${i}`),
    says: [/line 102 of/, /never closed/, /a closing quote was expected/, /Close it/],
  },
  'unclosed quote far down': {
    content: rows((i) => `${minute(i)},${i === 19_000 ? '"' : ''}${i % 7}`, 20_000),
    says: [/line 19002 of/, /never closed/, /a closing quote was expected/, /Close it/],
  },
  'all rows of other width': {
    content: rows((i) => `${minute(i)},${i},1`),
    says: [/300 of the first 300 rows/, /line 2: 3 fields where 2 were expected/, /Check/],
  },
  'constant channel': {
    content: rows((i) => `${minute(i)},5`),
    says: [/load: the same value \(5\)/, /a signal that varies was expected/, /Choose/],
  },
  'all NaN': {
    content: rows((i) => `${minute(i)},nan`),
    says: [/no column of numbers/, /load \(empty\)/, /Choose/],
  },
  'all NaN in the chosen channel': {
    content: table('time,load,speed', 300, (i) => `${minute(i)},nan,${i % 7}`),
    options: ['--channels', 'load'],
    says: [/All 300 rows/, /no value in load/, /numbers were expected/, /Choose/],
  },
  'timestamps all equal': {
    content: rows((i) => `${minute(0)},${i}`),
    says: [/Time never moves forward/, /all 300 rows/, /rising times were expected/, /Choose/],
  },
  'training rows too few': {
    content: machine(300),
    options: ['--train-rows', '5'],
    says: [/has 5 rows/, /at least 64 are needed/, /Choose a longer range/],
  },
  'training range too short': {
    content: machine(300),
    options: ['--train', '2026-01-01T00:00..2026-01-01T00:05'],
    says: [/has 6 rows/, /at least 64 are needed/, /Choose a longer range/],
  },
  'training range outside the file': {
    content: machine(300),
    options: ['--train', '2025-01-01..2025-01-02'],
    says: [/no row in the training range/, /choose a range inside its data/],
  },
  'more training rows than rows': {
    content: machine(300),
    options: ['--train-rows', '301'],
    says: [/has 300 rows, fewer than the 301 rows asked/, /choose a smaller number/],
  },
  'file too short to learn': {
    content: machine(12),
    says: [/has 12 rows/, /at least 64 are needed/, /Choose a longer range/],
  },
  'day and month that cannot be told apart': {
    content: rows((i) => `${(i % 12) + 1}/1/${2000 + i},${i % 7}`),
    says: [/may be day or month first/, /1\/1\/2000/, /--date-order DMY/],
  },
  'no column of that name': {
    content: machine(100),
    options: ['--channels', 'speed'],
    says: [/no column "speed"/, /its columns are time, load/],
  },
};

/** The one line that the command ends with; progress may stand above it. */
function complaint({ stderr }: Run): string {
  const lines = stderr.split('\n').filter((line) => line !== '');
  expect(lines.filter((line) => line.startsWith('offbeat: '))).toHaveLength(1);
  return lines.at(-1)!;
}

describe('a bad file on the command line', () => {
  let folder: CliFolder;
  let before: Record<string, unknown> | null;

  beforeAll(async () => {
    folder = cliFolder();
    const good = folder.write('good.csv', machine(200));
    const run = await folder.offbeat('analyze', good, '--workspace', folder.workspace);
    expect(run).toMatchObject({ code: 0 });
    before = folder.database();
    expect(before).toMatchObject({ stream: [{ name: 'good' }] });
  });
  afterAll(() => folder.remove());

  const refused = async (file: string, name: string, bad: Omit<BadFile, 'content'>) => {
    const options = bad.options ?? [];
    const run = await folder.offbeat('analyze', file, '--workspace', folder.workspace, ...options);
    expect(run).toMatchObject({ code: 3, stdout: '' });
    const text = complaint(run);
    expect(text).toContain(name);
    for (const part of bad.says) expect(text).toMatch(part);
    expect(text).toMatch(/\.$/);
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(folder.database()).toEqual(before);
    expect(folder.leftovers()).toEqual([]);
  };

  it.each(Object.entries(BAD_FILES))('is refused in words: %s', async (title, bad) => {
    const name = `${title.replaceAll(' ', '-')}.csv`;
    const file = bad.content === null ? join(folder.path, name) : folder.write(name, bad.content);
    await refused(file, name, bad);
  });

  it('is refused in words: a directory', async () => {
    const path = join(folder.path, 'directory.csv');
    mkdirSync(path);
    const says = [/is a folder/, /a CSV file was expected/, /Choose a file/];
    await refused(path, 'directory.csv', { says });
  });

  it('leaves no new workspace, and none in the temporary folder', async () => {
    const empty = folder.write('nothing.csv', '');
    const constant = folder.write('constant.csv', BAD_FILES['constant channel']!.content!);
    for (const file of [empty, constant]) {
      const fresh = cliFolder();
      try {
        expect((await fresh.offbeat('analyze', file, '--workspace', fresh.workspace)).code).toBe(3);
        expect((await fresh.offbeat('analyze', file)).code).toBe(3);
        expect(fresh.database()).toBeNull();
        expect(fresh.leftovers()).toEqual([]);
      } finally {
        fresh.remove();
      }
    }
  });
});

describe('bad rows in a good file', () => {
  it('are set aside by line and reason, and the rest is analysed', async () => {
    const folder = cliFolder();
    try {
      const lines = machine(200).split('\n');
      lines[20] = `${minute(19)},1,2`;
      lines[90] = minute(89);
      lines[150] = `"${minute(149)}",bad`;
      lines[160] = `${minute(159)},"10`;
      lines[162] = `${minute(161)},10"`;
      const file = folder.write('holes.csv', lines.join('\n'));
      const { code, stdout } = await folder.offbeat(
        'analyze',
        file,
        '--workspace',
        folder.workspace,
      );
      expect(code).toBe(0);
      expect(stdout).toMatch(/holes: 194 rows/);
      expect(stdout).toMatch(/Rows: 4 set aside as unreadable/);
      expect(stdout).toMatch(/line 21: 3 fields where 2 were expected/);
      expect(folder.database()).toMatchObject({
        quarantine: [
          { line: 21, text: `${minute(19)},1,2`, reason: '3 fields where 2 were expected' },
          { line: 91, text: minute(89), reason: '1 field where 2 were expected' },
          { line: 151, text: `${minute(149)},bad`, reason: expect.stringContaining('"bad"') },
          { line: 161, reason: expect.stringContaining('a quote joins lines 161 to 163') },
        ],
      });
    } finally {
      folder.remove();
    }
  });
});
