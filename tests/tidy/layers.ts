/** Who may import whom. A folder may always import itself; type imports count like any other. */
export interface Layer {
  /** Folders or files of the project. */
  readonly folders: readonly string[];
  /** Packages by name, or "node:" for Node's own modules. */
  readonly packages: readonly string[];
}

const DOMAIN = 'shared/domain';
const CONTRACT = 'shared/contract';
const MATH = 'shared/math';
const WINDOW = 'shared/window';
const NORMALISE = 'shared/normalise';
const MODEL = 'shared/model';
const TRAIN = 'shared/train';
const ENGINE = 'electron/engine';

/** A file belongs to the entry with the longest matching prefix. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  [DOMAIN]: { folders: [], packages: [] },
  [CONTRACT]: { folders: [DOMAIN, TRAIN], packages: ['valibot'] },
  [MATH]: { folders: [], packages: [] },
  'shared/decode': { folders: [DOMAIN], packages: [] },
  [WINDOW]: { folders: [DOMAIN, MATH], packages: [] },
  [NORMALISE]: { folders: [MATH], packages: [] },
  [MODEL]: { folders: [MATH], packages: [] },
  [TRAIN]: { folders: [DOMAIN, MATH, WINDOW, NORMALISE, MODEL], packages: [] },
  'shared/detect': { folders: [DOMAIN, MATH, WINDOW, NORMALISE, MODEL], packages: [] },
  'shared/activity': {
    folders: [DOMAIN, MATH, WINDOW, NORMALISE, MODEL, TRAIN],
    packages: [],
  },
  'electron/main': {
    folders: [CONTRACT, DOMAIN, ENGINE],
    packages: ['electron', 'electron-updater', 'node:'],
  },
  'electron/preload': { folders: [CONTRACT], packages: ['electron'] },
  [ENGINE]: { folders: ['shared'], packages: ['node:', 'papaparse', 'chardet'] },
  'electron/engine/export': {
    folders: [ENGINE, 'shared'],
    packages: ['protobufjs', 'hyparquet-writer'],
  },
  'electron/engine/alert': {
    folders: [ENGINE, 'shared'],
    packages: ['node:', 'mqtt', 'nodemailer'],
  },
  'electron/engine/bundle': {
    folders: [ENGINE, 'shared'],
    packages: ['node:', 'fflate', 'hyparquet', 'hyparquet-writer'],
  },
  'electron/engine/report': {
    folders: [ENGINE, 'shared'],
    packages: ['node:', 'write-excel-file', 'hyparquet-writer'],
  },
  'electron/engine/sources': {
    folders: [ENGINE, 'shared'],
    packages: ['node:', 'papaparse', 'chardet', 'mqtt', 'modbus-serial', 'serialport', 'ws'],
  },
  'electron/engine/store': { folders: [ENGINE, 'shared'], packages: ['node:', 'better-sqlite3'] },
  'electron/cli': {
    folders: [ENGINE, CONTRACT, DOMAIN, 'package.json'],
    packages: ['node:', 'commander', 'cli-progress', 'ws'],
  },
  'renderer/compute': { folders: [CONTRACT, TRAIN, MODEL], packages: [] },
  'renderer/compute/webgl': { folders: [MODEL], packages: ['gpu.js'] },
  'renderer/app': {
    folders: [CONTRACT, DOMAIN, MATH],
    packages: ['vue', 'pinia', 'vue-router', 'vue-i18n', 'element-plus', 'echarts'],
  },
};

export function layerOf(file: string): string | null {
  const matching = Object.keys(LAYERS).filter((folder) => file.startsWith(`${folder}/`));
  return matching.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** Null when `file` may import this; else a sentence saying why not. */
export function refusal(file: string, imported: Import): string | null {
  const layer = layerOf(file);
  if (layer === null) return `${file} lies in no layer of the table`;
  const { folders, packages } = LAYERS[layer];
  const allowed =
    imported.kind === 'package'
      ? packages.includes(imported.name)
      : [layer, ...folders].some(
          (folder) => imported.name === folder || imported.name.startsWith(`${folder}/`),
        );
  return allowed ? null : `${file} imports ${imported.name}; ${layer} may not`;
}

export interface Import {
  readonly kind: 'file' | 'package';
  /** The file's path from the root, the package's name, or "node:". */
  readonly name: string;
}
