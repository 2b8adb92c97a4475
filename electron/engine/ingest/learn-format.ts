/** Holds the first pieces of a source back until it is known how to read them. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { DecoderConfig, LearnedFormat } from '../../../shared/domain/feed.ts';
import type { SourcePiece } from '../sources/source.ts';
import type { FeedLimits } from './feed-place.ts';

type Propose = (pieces: readonly SourcePiece[]) => LearnedFormat | null;

/** The same pieces, the first of them later. Throws Failure bad-input when no format fits them. */
export async function* learnFormat(
  pieces: AsyncIterable<SourcePiece>,
  limits: Pick<FeedLimits, 'learnBytes' | 'learnMs'>,
  propose: Propose,
  learnt: (config: DecoderConfig) => Promise<void>,
): AsyncGenerator<SourcePiece> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    const { held, next } = await firstPieces(iterator, limits);
    if (held.some(({ content }) => content instanceof Uint8Array)) {
      const learned = propose(held);
      if (!learned) {
        throw new Failure(
          'bad-input',
          'The first bytes fit no known format; rows of numbers were expected. ' +
            'Choose how they are to be read.',
        );
      }
      await learnt(learned.config);
    }
    yield* held;
    for (let step = await next; !step.done; step = await iterator.next()) yield step.value;
  } finally {
    await iterator.return?.();
  }
}

interface First {
  readonly held: SourcePiece[];
  /** Asked for and not there yet when enough was held. */
  readonly next: Promise<IteratorResult<SourcePiece>>;
}

/** Enough bytes, or what came in some seconds from the first on. */
async function firstPieces(
  iterator: AsyncIterator<SourcePiece>,
  { learnBytes, learnMs }: Pick<FeedLimits, 'learnBytes' | 'learnMs'>,
): Promise<First> {
  const held: SourcePiece[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let late: Promise<null> | null = null;
  try {
    for (;;) {
      const next = iterator.next();
      const step = await (late ? Promise.race([next, late]) : next);
      if (step === null) return { held, next };
      if (step.done) return { held, next };
      held.push(step.value);
      const { content } = step.value;
      if (!(content instanceof Uint8Array)) return { held, next: iterator.next() };
      bytes += content.length;
      if (bytes >= learnBytes) return { held, next: iterator.next() };
      late ??= new Promise((resolve) => (timer = setTimeout(() => resolve(null), learnMs)));
    }
  } finally {
    clearTimeout(timer);
  }
}
