/** How to read a source, from its first pieces. */
import { learnFormat } from '../../../shared/decode/learn-format.ts';
import type { LearnedFormat } from '../../../shared/domain/feed.ts';
import type { SourcePiece } from '../sources/source.ts';

const LINE_END = Uint8Array.of(10);

/** null when nothing of it looks like rows of numbers. */
export function proposeDecoder(pieces: readonly SourcePiece[]): LearnedFormat | null {
  const bytes = pieces.flatMap(({ content, complete }) => {
    if (!(content instanceof Uint8Array)) return [];
    // A whole message needs no end of its line; beside the next one it does.
    return complete ? [content, LINE_END] : [content];
  });
  const subject = pieces[0]?.subject ?? '';
  return learnFormat(Buffer.concat(bytes), { subject, now: Date.now });
}
