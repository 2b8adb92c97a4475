/** What of other people's work is shipped: from the lock file, with versions, licences, hashes. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Built into the pages, so that no node_modules shows them. */
const BUNDLED = [
  '@tanstack/vue-virtual',
  'echarts',
  'element-plus',
  'gpu.js',
  'pinia',
  'vue',
  'vue-i18n',
  'vue-router',
];
const LICENCE_FILE = /^(licen[cs]es?|copying|notice)([-.].*)?$/i;

/** Everything that runs when the app does, sorted by name; Electron itself comes first. */
export function shippedPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Map();
  const add = (name, from) => {
    const path = locate(packages, name, from);
    // What is optional may not be there for this system.
    if (!path || found.has(path)) return;
    const { version, license = 'unknown', integrity = null, ...entry } = packages[path];
    // An alias stands for the package it names.
    const own = entry.name ?? name;
    found.set(path, {
      name: own,
      version,
      license,
      integrity,
      licenceText: licenceText(root, path),
    });
    const more = { ...entry.dependencies, ...entry.optionalDependencies };
    for (const each of Object.keys(more)) add(each, path);
  };
  const { dependencies } = packages[''];
  for (const name of [...Object.keys(dependencies), ...BUNDLED]) add(name, '');
  const sorted = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [electron(root, packages), ...sorted];
}

/** As Node resolves it: the nearest node_modules, going up. */
function locate(packages, name, from) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const path = at ? `${at}/node_modules/${name}` : `node_modules/${name}`;
    if (packages[path]) return path;
    if (!at) return null;
  }
}

function electron(root, packages) {
  const { version, license, integrity } = packages['node_modules/electron'];
  const text = licenceText(root, 'node_modules/electron');
  return { name: 'electron', version, license, integrity, licenceText: text };
}

function licenceText(root, path) {
  const folder = join(root, path);
  if (!existsSync(folder)) return '';
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name))
    .map(({ name }) => name);
  return files.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n');
}

/** One text for people. */
export function licencesText(packages) {
  const parts = packages.map(({ name, version, license, licenceText: text }) =>
    [`${name} ${version} (${license})`, text || 'It brings no licence text of its own.'].join(
      '\n\n',
    ),
  );
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** A bill of materials as CycloneDX 1.6. */
export function billOfMaterials(packages, { name, version }) {
  const components = packages.map((each) => ({
    type: each.name === 'electron' ? 'framework' : 'library',
    name: each.name,
    version: each.version,
    purl: `pkg:npm/${each.name.replace('@', '%40')}@${each.version}`,
    licenses: [{ expression: each.license }],
    ...(each.integrity ? { hashes: [hashOf(each.integrity)] } : {}),
  }));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name, version } },
    components,
  };
}

/** npm writes "sha512-<base64>". */
function hashOf(integrity) {
  const [, algorithm, base64] = /^sha(\d+)-(\S+)/.exec(integrity);
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const content = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { alg: `SHA-${algorithm}`, content };
}
