/** A file on its way to the engine. */
import { engine } from '../engine.ts';

const PIECE_BYTES = 4 * 1024 * 1024;

/** Appends to the upload, piece by piece, while `goesOn` says so of the bytes that arrived. */
export async function sendPieces(
  file: File,
  uploadId: string,
  goesOn: (sentBytes: number) => boolean,
): Promise<void> {
  for (let from = 0; from < file.size; from += PIECE_BYTES) {
    const piece = await file.slice(from, from + PIECE_BYTES).arrayBuffer();
    if (!goesOn(from)) return;
    const sent = await engine.call('upload.append', uploadId, new Uint8Array(piece));
    if (!goesOn(sent)) return;
  }
}
