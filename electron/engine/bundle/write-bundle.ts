/** Packs a stretch of a stream with all it takes to compute its scores again. */
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import type { Language } from '../../../shared/domain/event-words.ts';
import type { TellProgress } from '../../../shared/domain/job.ts';
import type { ReportFile, ReportOrder } from '../../../shared/domain/report.ts';
import type { SampleBatch, TimeRange } from '../../../shared/domain/stream.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { renderHtml } from '../report/report-html.ts';
import { reportOf } from '../report/report-of.ts';
import type { Reads } from '../store/local-reads.ts';
import { safeName } from '../report/render-report.ts';
import { packBundle } from './archive.ts';
import { writeColumns } from './columns.ts';
import { Comparison } from './comparison.ts';
import { modelSource, scoredRows } from './model-source.ts';
import { versionsHere } from './provenance.ts';
import { Replay } from './replay.ts';

/** What a verifier rebuilds the detector from. */
export interface BundleConfiguration {
  readonly spec: Replay['detector']['spec'];
  readonly card: object;
  readonly channels: readonly { readonly name: string; readonly unit: string }[];
  readonly periodMs: number;
  /** Trainings done before the first row of the data. */
  readonly trainingsBefore: number;
  readonly versions: Readonly<Record<string, string>>;
}

const FLOATS_MAX = 60_000_000;

/**
 * The rows before the stretch are gone through once, for the state in which it begins. Throws
 * Failure not-found when what that takes is no longer kept.
 */
export async function writeBundle(
  store: Reads,
  streamId: number,
  asked: TimeRange | null,
  language: Language,
  version: string,
  tell: TellProgress = () => undefined,
): Promise<Uint8Array> {
  const report = await reportOf(store, streamId, language, asked, tell);
  const source = await modelSource(store, streamId);
  const { stream, card, spec } = source;
  const range = { ...report.range, from: Math.max(report.range.from, card.trainRange.from) };
  const replay = new Replay(spec, source.trainings);
  let begin: { state: Uint8Array; trainings: number } | null = null;
  const scoreNames = scoreColumnNames(card.channels, spec.activities);
  const slice = new Slice(card.channels.length, scoreNames.length);
  const comparison = new Comparison(spec);
  const total = await store.read['score.count'](card.id, range.to);
  let done = 0;
  for await (const { rows, scores } of scoredRows(store, source, range.to)) {
    const first = rows.t.findIndex((t) => t >= range.from);
    tell('compute', done, total, 'rows');
    done += rows.t.length;
    const inside = first < 0 ? rows.t.length : first;
    await replay.push(cut(rows, 0, inside), scores, () => undefined);
    if (first < 0) continue;
    begin ??= { state: replay.save(), trainings: replay.trainings };
    const [own, stored] = [cut(rows, first), scores.map((column) => column.subarray(first))];
    await replay.push(own, stored, (i, computed) => comparison.row(own.t[i], stored, i, computed));
    slice.add(own, stored);
  }
  if (!begin) throw new Failure('not-found', `${stream.name} has no scored row in this stretch.`);
  const json = (value: unknown): Uint8Array =>
    new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  const configuration: BundleConfiguration = {
    ...{ spec, card, channels: stream.channels, periodMs: stream.periodMs },
    ...{ trainingsBefore: begin.trainings, versions: { offbeat: version, ...versionsHere() } },
  };
  const trainings: Record<string, Uint8Array> = {};
  for (let n = 1; n <= replay.trainings; n++) {
    trainings[`trainings/${n}.safetensors`] = await source.trainings(n);
  }
  const { rows, scores } = slice.batches();
  return packBundle(
    {
      'data.parquet': writeColumns(rows, card.channels),
      'scores.parquet': writeColumns(scores, scoreNames),
      'state.json': begin.state,
      'configuration.json': json(configuration),
      'events.json': json(report.events.map(({ event }) => event)),
      'labels.json': json(
        report.events
          .filter(({ verdict, label, note }) => verdict !== null || label !== '' || note !== '')
          .map(({ event, verdict, label, note }) => ({
            ...{ start: event.start, end: event.end, verdict, label, note },
          })),
      ),
      'report.html': new TextEncoder().encode(renderHtml(report)),
      ...trainings,
    },
    {
      ...{ version, stream: stream.name, range, rows: rows.t.length },
      checkpointSha256: card.checkpointSha256,
    },
  );
}

/** The same, as a file to save. */
export async function bundleFile(
  store: Reads,
  streamId: number,
  { language, range }: Omit<ReportOrder, 'format'>,
  version: string,
  tell: TellProgress,
): Promise<ReportFile> {
  const bytes = await writeBundle(store, streamId, range, language, version, tell);
  const { name } = await store.read['stream.get'](streamId);
  return { fileName: `${safeName(name)}.offbeat`, mimeType: 'application/zip', bytes };
}

function cut({ t, columns }: SampleBatch, from: number, to = t.length): SampleBatch {
  return { t: t.subarray(from, to), columns: columns.map((column) => column.subarray(from, to)) };
}

/** Gathers batches into columns. */
class Slice {
  private readonly t: Float64Array[] = [];
  private readonly values: Float64Array[][];
  private readonly scores: Float64Array[][];
  private floats = 0;

  constructor(channels: number, scoreColumns: number) {
    this.values = Array.from({ length: channels }, () => []);
    this.scores = Array.from({ length: scoreColumns }, () => []);
  }

  add({ t, columns }: SampleBatch, scores: readonly Float64Array[]): void {
    this.floats += t.length * (1 + columns.length + scores.length);
    if (this.floats > FLOATS_MAX) {
      throw new Failure(
        'bad-usage',
        'This stretch is too long for a bundle; choose a shorter one.',
      );
    }
    this.t.push(t);
    columns.forEach((column, k) => this.values[k].push(column));
    scores.forEach((column, c) => this.scores[c].push(column));
  }

  batches(): { rows: SampleBatch; scores: SampleBatch } {
    const t = joined(this.t);
    return {
      rows: { t, columns: this.values.map(joined) },
      scores: { t, columns: this.scores.map(joined) },
    };
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
