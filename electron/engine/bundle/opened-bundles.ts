/** Bundles that are being looked at: read once, kept in memory, never put into the workspace. */
import { readFile, stat } from 'node:fs/promises';
import {
  readConfiguration,
  readEvents,
  readLabels,
} from '../../../shared/contract/bundle-content.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type { BundleContent, OpenedBundle } from '../../../shared/domain/bundle.ts';
import type { ReportFile } from '../../../shared/domain/report.ts';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import type { ColumnView, SampleBatch, TimeRange } from '../../../shared/domain/stream.ts';
import { safeName } from '../report/render-report.ts';
import type { UploadedFile } from '../uploads.ts';
import { openBundle, type Members } from './archive.ts';
import { viewOf } from './column-view.ts';
import { readColumns } from './columns.ts';

/** More than a bundle packs to. */
const FILE_BYTES_MAX = 2 ** 30;

interface Open {
  readonly content: BundleContent;
  readonly rows: SampleBatch;
  readonly scores: SampleBatch;
  readonly report: Uint8Array | null;
  readonly name: string;
}

/** Throws Failure bad-input, in words, for what is too large to be a bundle. */
export async function readBundleFile(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size <= FILE_BYTES_MAX) return new Uint8Array(await readFile(path));
  throw new Failure('bad-input', `${path} has ${size} bytes; no bundle is as large.`);
}

export class OpenedBundles {
  private readonly open = new Map<string, Open>();

  /** One at a time for each window would do; the oldest goes when there are more. */
  private static readonly OPEN_MAX = 2;

  async read(id: string, { path, fileName }: UploadedFile): Promise<OpenedBundle> {
    const bytes = await readBundleFile(path);
    const { manifest, members, broken } = openBundle(bytes);
    const about = { fileName, sizeBytes: bytes.length, manifest, broken };
    if (!manifest || broken.length > 0) return { ...about, content: null };
    const opened = await readMembers(members, manifest.stream);
    this.keep(id, opened);
    return { ...about, content: opened.content };
  }

  /** The upload is gone, and the bundle with it. */
  drop(id: string): void {
    this.open.delete(id);
  }

  series(id: string, range: TimeRange, pointsMax: number): ColumnView {
    const { content, rows } = this.entry(id);
    const names = content.channels.map(({ name }) => name);
    return viewOf(rows, names, content.periodMs, range, pointsMax);
  }

  scores(id: string, range: TimeRange, pointsMax: number): ColumnView {
    const { content, scores } = this.entry(id);
    const names = scoreColumnNames(content.card.channels, content.card.recogniser?.activities);
    return viewOf(scores, names, content.periodMs, range, pointsMax);
  }

  report(id: string): ReportFile {
    const { name, report } = this.entry(id);
    if (!report) throw new Failure('not-found', 'The bundle has no report.html.');
    return { fileName: `${safeName(name)}.html`, mimeType: 'text/html', bytes: report };
  }

  private keep(id: string, opened: Open): void {
    this.open.delete(id);
    this.open.set(id, opened);
    const [oldest] = this.open.keys();
    if (this.open.size > OpenedBundles.OPEN_MAX) this.open.delete(oldest);
  }

  private entry(id: string): Open {
    const opened = this.open.get(id);
    if (!opened) throw new Failure('not-found', 'This bundle is no longer open; open it again.');
    return opened;
  }
}

async function readMembers(members: Members, name: string): Promise<Open> {
  const configuration = readConfiguration(json(members, 'configuration.json'));
  const { card, periodMs, versions } = configuration;
  const units = new Map(configuration.channels.map((channel) => [channel.name, channel.unit]));
  const channels = card.channels.map((own) => ({ name: own, unit: units.get(own) ?? '' }));
  const table = (member: string, width: number): Promise<SampleBatch> =>
    readColumns(member, part(members, member), width);
  const rows = await table('data.parquet', channels.length);
  const names = scoreColumnNames(card.channels, card.recogniser?.activities);
  const scores = await table('scores.parquet', names.length);
  if (rows.t.length === 0) throw new Failure('bad-input', 'The bundle holds no row.');
  const range = { from: rows.t[0], to: rows.t[rows.t.length - 1] };
  const content: BundleContent = {
    ...{ channels, rows: rows.t.length, range, periodMs, card, versions },
    events: readEvents(json(members, 'events.json')),
    labels: readLabels(json(members, 'labels.json')),
  };
  return { content, rows, scores, report: members['report.html'] ?? null, name };
}

function json(members: Members, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(part(members, name)));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('bad-input', `${name} is not JSON.`);
  }
}

function part(members: Members, name: string): Uint8Array {
  const bytes = members[name];
  if (!bytes) throw new Failure('bad-input', `The bundle has no ${name}.`);
  return bytes;
}
