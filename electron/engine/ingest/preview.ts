/** The first rows of a source, before anything is kept. */
import type { RowSink } from '../../../shared/decode/decoder.ts';
import type { FeedPreview } from '../../../shared/domain/feed-state.ts';
import type { DecoderConfig, SourceConfig } from '../../../shared/domain/feed.ts';
import type { SourceHost, SourcePiece } from '../sources/source.ts';
import type { FeedPlace } from './feed-place.ts';

const ROWS_MAX = 50;
const TEXT_CHARS_MAX = 2000;
const BYTES_MAX = 64 * 1024;

/** Listens for at most `ms`; nothing is acknowledged. Throws Failure as the source does. */
export async function previewFeed(
  source: SourceConfig,
  given: DecoderConfig | null,
  ms: number,
  place: Pick<FeedPlace, 'createSource' | 'createDecoder' | 'propose' | 'stored'>,
): Promise<FeedPreview> {
  const pieces = await listen(source, ms, place);
  const isBytes = pieces.some(({ content }) => content instanceof Uint8Array);
  const learned = isBytes && !given ? place.propose(pieces) : null;
  const decoder = isBytes ? (given ?? learned?.config ?? null) : null;
  const names: string[] = [];
  const rows: { t: number; values: number[] }[] = [];
  const bad: { text: string; reason: string }[] = [];
  let rowCount = 0;
  let badCount = 0;
  readAll(pieces, decoder, place, {
    row: (t, rowNames, values) => {
      if (rowCount++ >= ROWS_MAX) return;
      const row: number[] = [];
      rowNames.forEach((name, k) => {
        if (!names.includes(name)) names.push(name);
        row[names.indexOf(name)] = values[k];
      });
      rows.push({ t, values: row });
    },
    bad: (text, reason) => {
      if (badCount++ < ROWS_MAX) bad.push({ text, reason });
    },
  });
  for (const { values } of rows) names.forEach((_, k) => (values[k] ??= NaN));
  const text = isBytes ? textOf(pieces) : '';
  const ambiguousDates = learned?.ambiguousDates ?? false;
  return { decoder, ambiguousDates, text, names, rows, rowCount, bad, badCount };
}

async function listen(
  source: SourceConfig,
  ms: number,
  place: Pick<FeedPlace, 'createSource' | 'stored'>,
): Promise<SourcePiece[]> {
  const host: SourceHost = {
    status: () => undefined,
    dropped: () => undefined,
    reconnected: () => undefined,
    resume: () => null,
    stored: (stream) => place.stored(stream),
  };
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ms);
  const pieces: SourcePiece[] = [];
  let bytes = 0;
  try {
    for await (const piece of place.createSource(source, host).read(stop.signal)) {
      pieces.push(piece);
      bytes += piece.content instanceof Uint8Array ? piece.content.length : BYTES_MAX / 8;
      if (bytes >= BYTES_MAX) break;
    }
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  return pieces;
}

function readAll(
  pieces: readonly SourcePiece[],
  config: DecoderConfig | null,
  place: Pick<FeedPlace, 'createDecoder'>,
  sink: RowSink,
): void {
  const decoders = new Map<string, ReturnType<FeedPlace['createDecoder']>>();
  for (const { content, origin, subject, complete, joined } of pieces) {
    if (!(content instanceof Uint8Array)) {
      content.t.forEach((t, row) => {
        sink.row(
          t,
          content.names,
          content.columns.map((column) => column[row]),
        );
      });
      continue;
    }
    if (!config) continue;
    const decoder = decoders.get(origin) ?? place.createDecoder(config, subject);
    decoders.set(origin, decoder);
    if (joined) decoder.join();
    decoder.push(content, sink);
    if (complete) decoder.end(sink);
  }
}

function textOf(pieces: readonly SourcePiece[]): string {
  const decoder = new TextDecoder();
  let text = '';
  for (const { content } of pieces) {
    if (content instanceof Uint8Array) text += decoder.decode(content, { stream: true });
    if (text.length >= TEXT_CHARS_MAX) break;
  }
  return text.slice(0, TEXT_CHARS_MAX);
}
