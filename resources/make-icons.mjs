/**
 * Draws every icon from the SVG files here: PNG in the sizes of Linux, ICO for Windows, ICNS for
 * macOS, and the tray's three states. Run it after a drawing changed.
 */
import { Buffer } from 'node:buffer';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { findChromium } from '../tests/system/chromium.mjs';

const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Apple's types of PNG entries, by their size in pixels. */
const ICNS_TYPES = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
];
const LIGHTS = { green: '#3cb179', amber: '#f2994a', red: '#f0616d' };

const at = (...parts) => join(import.meta.dirname, ...parts);
const browser = await chromium.launch({
  executablePath: findChromium().path ?? undefined,
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
const icon = readFileSync(at('icon.svg'), 'utf8');
const pngs = new Map();
for (const size of SIZES) pngs.set(size, await draw(icon, size));
mkdirSync(at('icons'), { recursive: true });
mkdirSync(at('tray'), { recursive: true });
for (const [size, png] of pngs) writeFileSync(at('icons', `${size}x${size}.png`), png);
writeFileSync(at('icon.ico'), ico(ICO_SIZES));
writeFileSync(at('icon.icns'), icns());
const tray = readFileSync(at('tray.svg'), 'utf8');
for (const [name, colour] of Object.entries(LIGHTS)) {
  const coloured = tray.replaceAll('COLOUR', colour);
  writeFileSync(at('tray', `${name}.png`), await draw(coloured, 16));
  writeFileSync(at('tray', `${name}@2x.png`), await draw(coloured, 32));
}
await browser.close();

async function draw(svg, size) {
  await page.setViewportSize({ width: size, height: size });
  const sized = svg.replace('<svg ', `<svg width="${size}" height="${size}" `);
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${sized}`);
  return page.screenshot({ omitBackground: true });
}

/** A directory of 16 bytes an image, then the images as PNG. */
function ico(sizes) {
  const head = Buffer.alloc(6 + 16 * sizes.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(sizes.length, 4);
  let offset = head.length;
  sizes.forEach((size, i) => {
    const { length } = pngs.get(size);
    const entry = 6 + 16 * i;
    // 256 is written as 0.
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += length;
  });
  return Buffer.concat([head, ...sizes.map((size) => pngs.get(size))]);
}

/** 'icns', the length of all, then type, length and PNG of each. */
function icns() {
  const parts = ICNS_TYPES.map(([type, size]) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + pngs.get(size).length, 4);
    return Buffer.concat([head, pngs.get(size)]);
  });
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + parts.reduce((sum, { length }) => sum + length, 0), 4);
  return Buffer.concat([head, ...parts]);
}
