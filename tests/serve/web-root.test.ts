/** Which file a URL path means: none outside the root, on any system. */
import { join, sep } from 'node:path';
import { expect, it } from 'vitest';
import { filePath } from '../../electron/engine/web-root.ts';

const ROOT = join(sep, 'app', 'renderer');

it('a path means the file of that name under the root', () => {
  expect(filePath(ROOT, '/')).toBe(join(ROOT, 'index.html'));
  expect(filePath(ROOT, '/assets/a%20b.js')).toBe(join(ROOT, 'assets', 'a b.js'));
});

it.each([
  ['NUL', '/index.html%00.png'],
  ['a backslash, which parts folders on Windows', '/assets%5c..%5c..%5cmain%5cindex.js'],
  ['a backslash that leads nowhere', '/index%5c.html'],
  ['a broken escape', '/%zz'],
  ['the folder above', '/%2e%2e/main/index.js'],
  ['the folder above, escaped whole', '/..%2fmain%2findex.js'],
  ['a folder with the name of the root as its beginning', '/../renderer2/index.js'],
])('%s means nothing', (_, path) => {
  expect(filePath(ROOT, path)).toBeNull();
});
