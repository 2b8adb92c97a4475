/** The house kept tidy: who imports whom, how long things are, how they are called. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refusal, layerOf } from './layers.ts';
import { functionsOf, importsOf, listFiles, readScript, ROOT, scriptOf } from './source-file.ts';

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
const LINE_CHARS_MAX = 100;
const ROOMS = ['shared/', 'electron/', 'renderer/'];
const SHAPELESS_NAMES = /(^|\/)(utils?|helpers?|common|misc|managers?)(\.|\/|-)/;

const scripts = listFiles(['.ts', '.mjs', '.js', '.vue']);
const sources = scripts.filter((file) => ROOMS.some((room) => file.startsWith(room)));

describe('layers', () => {
  test('every import of every source is allowed', () => {
    const modules = sources.filter((file) => !file.endsWith('.mjs'));
    expect(modules.length).toBeGreaterThan(100);
    const refused = modules.flatMap((file) =>
      importsOf(file, readScript(file)).map((imported) => refusal(file, imported)),
    );
    expect(refused.filter((reason) => reason !== null)).toEqual([]);
  });

  const canaries: readonly (readonly [string, string])[] = [
    ['shared/math/planted.ts', "import { readFileSync } from 'node:fs';"],
    ['shared/domain/planted.ts', "import type { Spec } from '../model/spec.ts';"],
    ['shared/model/planted.ts', "export type { Batch } from '../window/ring.ts';"],
    ['shared/detect/planted.ts', "type Store = import('../../electron/engine/engine.ts').Engine;"],
    ['shared/train/planted.ts', "const later = import('../detect/detector.ts');"],
    ['electron/engine/planted.ts', "import { app } from 'electron';"],
    ['electron/engine/sources/planted.ts', "import Database from 'better-sqlite3';"],
    ['electron/preload/planted.ts', "import { createEngine } from '../engine/engine.ts';"],
    ['renderer/app/planted.ts', "import { join } from 'node:path';"],
    ['renderer/app/planted.vue', "import { GPU } from 'gpu.js';"],
    ['shared/planted.ts', "import './domain/stream.ts';"],
  ];
  test.each(canaries)('refuses what is planted in %s', (file, line) => {
    const script = file.endsWith('.vue') ? scriptOf(`<script setup>\n${line}\n</script>`) : line;
    const [imported, ...others] = importsOf(file, script);
    expect(others).toEqual([]);
    expect(refusal(file, imported)).toContain(file);
  });

  test('a file belongs to the innermost layer', () => {
    expect(layerOf('electron/engine/store/views.ts')).toBe('electron/engine/store');
    expect(layerOf('electron/engine/jobs.ts')).toBe('electron/engine');
    expect(layerOf('tests/tidy/tidy.test.ts')).toBeNull();
  });
});

describe('sizes', () => {
  test('files', () => {
    const long = scripts.filter((file) => linesOf(file).length > FILE_LINES_MAX + 1);
    expect(long).toEqual([]);
  });

  test('lines', () => {
    const long = [...scripts, ...listFiles(['.css'])].flatMap((file) =>
      linesOf(file).flatMap((line, i) => {
        return [...line].length > LINE_CHARS_MAX ? [`${file}:${i + 1}`] : [];
      }),
    );
    expect(long).toEqual([]);
  });

  test('functions of the sources', () => {
    const long = sources.flatMap((file) =>
      functionsOf(file, readScript(file))
        .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
        .map(({ line, lines }) => `${file}:${line} has ${lines} lines`),
    );
    expect(long).toEqual([]);
  });

  test('a function that is too long is seen', () => {
    const long = `const f = () => {\n${'  step();\n'.repeat(FUNCTION_LINES_MAX)}};`;
    expect(functionsOf('planted.ts', long)[0].lines).toBeGreaterThan(FUNCTION_LINES_MAX);
  });
});

describe('names', () => {
  test('say what a file holds', () => {
    expect(scripts.filter((file) => SHAPELESS_NAMES.test(file))).toEqual([]);
    expect('shared/utils.ts').toMatch(SHAPELESS_NAMES);
  });

  test('are kebab-case for modules and PascalCase for components', () => {
    const kebab = /^[a-z0-9]+([.-][a-z0-9]+)*$/;
    const pascal = /^[A-Z][A-Za-z]+$/;
    const wrong = scripts.filter((file) => {
      const name = file.slice(file.lastIndexOf('/') + 1, file.lastIndexOf('.'));
      return !(file.endsWith('.vue') ? pascal : kebab).test(name);
    });
    expect(wrong).toEqual([]);
  });
});

function linesOf(file: string): string[] {
  return readFileSync(join(ROOT, file), 'utf8').split('\n');
}
