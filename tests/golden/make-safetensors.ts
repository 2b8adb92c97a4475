/**
 * Writes the networks that PyTorch is to read, offbeat-<cell>.safetensors, for
 * make-safetensors-goldens.py, which runs next. Run from the root of the repository:
 *
 *     node tests/golden/make-safetensors.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CELLS, ourFile } from './safetensors-networks.ts';

for (const cell of CELLS) {
  writeFileSync(join(import.meta.dirname, `offbeat-${cell}.safetensors`), ourFile(cell));
}
