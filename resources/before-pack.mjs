/** Runs before electron-builder packs: licences and bill of materials of what is about to ship. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials, licencesText, shippedPackages } from './third-party.mjs';

export default function beforePack() {
  const root = join(import.meta.dirname, '..');
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const folder = join(root, 'out', 'third-party');
  const packages = shippedPackages(root);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'LICENCES.txt'), licencesText(packages));
  const bill = billOfMaterials(packages, manifest);
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
}
