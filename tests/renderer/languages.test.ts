/** Both languages say the same things, with the same blanks to fill. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { en } from '../../renderer/app/i18n/en.ts';
import { zhCn } from '../../renderer/app/i18n/zh-cn.ts';
import { listFiles, ROOT } from '../tidy/source-file.ts';

type Messages = { readonly [key: string]: string | Messages };

function flatten(messages: Messages, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(messages)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else for (const [path, text] of flatten(value, `${prefix}${key}.`)) found.set(path, text);
  }
  return found;
}

const english = flatten(en);
const chinese = flatten(zhCn);
const blanks = (text: string): string[] =>
  [...new Set(text.match(/\{\w+\}/g))].filter((blank) => blank !== '{n}').sort();

describe('languages', () => {
  test('have the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test('leave the same blanks', () => {
    const different = [...english].filter(([key, text]) => {
      return String(blanks(text)) !== String(blanks(chinese.get(key)!));
    });
    expect(different).toEqual([]);
  });

  test('Chinese is Chinese, but for signs and names', () => {
    const latin = [...chinese].filter(([, text]) => !/[\u4e00-\u9fff]/.test(text));
    expect(latin.map(([key]) => key)).toEqual([
      'nav.language',
      'job.of',
      'stream.residualIs',
      'training.norm',
    ]);
  });

  test('every word in a view is in the table, and none is left over', () => {
    const used = new Set<string>();
    const open: string[] = [];
    for (const file of listFiles(['.vue', '.ts']).filter((name) => name.startsWith('renderer/'))) {
      const text = readFileSync(join(ROOT, file), 'utf8');
      for (const [, key] of text.matchAll(/\bt\(\s*'([\w.]+)'/g)) used.add(key);
      for (const [, prefix] of text.matchAll(/\bt\(\s*`([\w.]+\.)\$\{/g)) open.push(prefix);
    }
    expect([...used].filter((key) => !english.has(key))).toEqual([]);
    const unused = [...english.keys()].filter(
      (key) => !used.has(key) && !open.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });
});
