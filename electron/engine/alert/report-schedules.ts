/** Reports that write themselves: every day, every week, or when an alert is raised. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Alert, KeptSchedule, ReportSchedule } from '../../../shared/domain/alert.ts';
import type { ReportFile, ReportOrder } from '../../../shared/domain/report.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { log } from '../log.ts';
import { MIME_TYPES } from '../report/render-report.ts';
import type { Store } from '../store/store-api.ts';
import { nextAt } from './local-time.ts';
import { reportMessage } from './message.ts';

export interface ScheduleHost {
  readonly store: Store;
  readonly now: () => number;
  /** Where reports are written. */
  readonly folder: string;
  report(streamId: number, order: ReportOrder): Promise<ReportFile>;
  onMessages(): void;
  onChange(): void;
}

const DAY_MS = 86_400_000;
/** What an alert's report looks back on. */
const BEFORE_ALERT_MS = DAY_MS;
const LOOK_MS_MAX = 60_000;

export class ReportSchedules {
  private readonly host: ScheduleHost;
  private line: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private isClosed = false;

  constructor(host: ScheduleHost) {
    this.host = host;
  }

  async save(id: number | null, schedule: ReportSchedule): Promise<KeptSchedule> {
    const { store, now } = this.host;
    const kept = await store.write['schedule.save'](id, schedule, nextTime(schedule, now()));
    this.look();
    this.host.onChange();
    return kept;
  }

  async remove(id: number): Promise<void> {
    await this.host.store.write['schedule.remove'](id);
    this.host.onChange();
  }

  /** Throws Failure not-found when none was written yet, or it was moved away. */
  async file(id: number): Promise<ReportFile> {
    const schedules = await this.host.store.read['schedule.list']();
    const { lastFile = '', format } = schedules.find((one) => one.id === id) ?? {};
    const bytes = lastFile ? await readFile(lastFile).catch(() => null) : null;
    if (!bytes || !format) {
      throw new Failure('not-found', `There is no report ${lastFile}; write it now.`);
    }
    const mimeType = MIME_TYPES[format];
    return { fileName: basename(lastFile), mimeType, bytes: new Uint8Array(bytes) };
  }

  /** Writes what is due; a report missed while nothing ran is written once. */
  look(): void {
    this.next(async () => {
      const { store, now } = this.host;
      for (const schedule of await store.read['schedule.list']()) {
        const due = schedule.nextAt !== null && schedule.nextAt <= now();
        if (schedule.isEnabled && due) await this.write(schedule, periodOf(schedule));
      }
      this.wait(await store.read['schedule.list']());
    });
  }

  /** Those that wait for an alert of this stream. */
  alert({ streamId, openedAt, events }: Alert): void {
    this.next(async () => {
      const from = Math.min(openedAt, ...events.map(({ start }) => start)) - BEFORE_ALERT_MS;
      for (const schedule of await this.host.store.read['schedule.list']()) {
        const { every, isEnabled } = schedule;
        if (!isEnabled || every !== 'alert' || schedule.streamId !== streamId) continue;
        await this.write(schedule, { from, to: Infinity });
      }
    });
  }

  /** Now, out of turn. */
  async run(id: number): Promise<void> {
    const schedules = await this.host.store.read['schedule.list']();
    const schedule = schedules.find((one) => one.id === id);
    if (schedule) await this.next(() => this.write(schedule, periodOf(schedule, this.host.now())));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.line;
  }

  private next(work: () => Promise<void>): Promise<void> {
    const done = this.line.then(() => (this.isClosed ? undefined : work()));
    this.line = done.catch((error: unknown) => log.error('A report could not be written.', error));
    return this.line;
  }

  private wait(schedules: readonly KeptSchedule[]): void {
    const times = schedules
      .filter(({ isEnabled }) => isEnabled)
      .map(({ nextAt: t }) => t ?? Infinity);
    const pause = Math.min(LOOK_MS_MAX, ...times.map((t) => Math.max(0, t - this.host.now())));
    if (this.timer) clearTimeout(this.timer);
    if (times.every((t) => t === Infinity) || this.isClosed) return;
    this.timer = setTimeout(() => this.look(), pause);
    this.timer.unref();
  }

  private async write(schedule: KeptSchedule, range: TimeRange): Promise<void> {
    const { store, now, onMessages, onChange } = this.host;
    let lastFile = schedule.lastFile;
    let error = '';
    try {
      lastFile = await this.writeFile(schedule, range);
    } catch (cause) {
      error = (cause as Error).message;
    }
    const lastAt = now();
    const outcome = { lastAt, lastFile, error, nextAt: nextTime(schedule, lastAt) };
    const deliveries = error === '' ? await this.messages(schedule, lastFile) : [];
    await store.write['schedule.done'](schedule.id, { ...outcome, deliveries }, lastAt);
    if (deliveries.length > 0) onMessages();
    onChange();
  }

  /** Written beside and renamed: nobody finds half a report. */
  private async writeFile(schedule: KeptSchedule, range: TimeRange): Promise<string> {
    const { folder, report } = this.host;
    const { streamId, language, format } = schedule;
    const { fileName, bytes } = await report(streamId, { language, format, range });
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${streamId} ${fileName}`);
    const beside = `${path}.part`;
    try {
      await writeFile(beside, bytes);
      await rename(beside, path);
    } finally {
      await rm(beside, { force: true });
    }
    return path;
  }

  private async messages({ streamId, language, sinks }: KeptSchedule, file: string) {
    if (sinks.length === 0) return [];
    const { id, name } = await this.host.store.read['stream.get'](streamId);
    return sinks.map((sinkId) => {
      const message = reportMessage(randomUUID(), language, this.host.now(), { id, name }, file);
      return { sinkId, message };
    });
  }
}

function nextTime({ every, at, weekday, timeZone }: ReportSchedule, now: number): number | null {
  return every === 'alert' ? null : nextAt(now, at, every === 'week' ? weekday : null, timeZone);
}

/** The day or week before it was due. */
function periodOf({ every, nextAt: due }: KeptSchedule, now?: number): TimeRange {
  const to = now ?? due!;
  return { from: to - (every === 'week' ? 7 : 1) * DAY_MS, to };
}
