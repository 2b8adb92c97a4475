/** Problems of one stream as they open, go on and close; what changed waits for the next commit. */
import type { DataProblemKind } from '../../../shared/domain/data-problem.ts';
import type { ProblemReport } from '../store/live-records.ts';

/** Things that happen now and then are one problem while they come this close together. */
const TALLY_QUIET_MS = 60_000;

export type CountedKind = 'late' | 'duplicate' | 'dropped' | 'unreadable';

export class ProblemBook {
  private readonly open = new Map<string, ProblemReport>();
  private readonly countedAt = new Map<CountedKind, number>();
  private readonly changed = new Map<string, ProblemReport>();

  /** `left`: open when a former run ended. Those that only counted are over. */
  constructor(left: readonly ProblemReport[]) {
    for (const report of left) {
      if (report.kind === 'stale' || report.kind === 'source') this.open.set(key(report), report);
      else this.note({ ...report, isOpen: false });
    }
  }

  isOpen(kind: DataProblemKind, channel = ''): boolean {
    return this.open.has(key({ kind, channel }));
  }

  openOf(kind: DataProblemKind): readonly ProblemReport[] {
    return [...this.open.values()].filter((report) => report.kind === kind);
  }

  /** A problem that is over as it is found. */
  tell(report: Omit<ProblemReport, 'isOpen'>): void {
    this.note({ ...report, isOpen: false });
  }

  /** Opens a problem, or tells how far an open one has come; its start stays. */
  raise(report: Omit<ProblemReport, 'isOpen'>): void {
    const known = this.open.get(key(report));
    const next = { ...report, start: known?.start ?? report.start, isOpen: true };
    this.open.set(key(report), next);
    this.note(next);
  }

  /** Closes what is open; nothing when nothing is. */
  close(kind: DataProblemKind, channel: string, end: number): void {
    const known = this.open.get(key({ kind, channel }));
    if (!known) return;
    this.open.delete(key(known));
    this.note({ ...known, end: Math.max(known.start, end), isOpen: false });
  }

  /** `count` more of something, at this time of the stream, ms. `now`: of a wall clock. */
  count(kind: CountedKind, count: number, at: number, now: number, detail = ''): void {
    if (count === 0) return;
    this.countedAt.set(kind, now);
    const known = this.open.get(key({ kind, channel: '' }));
    const found = (known?.found ?? 0) + count;
    this.raise({ kind, channel: '', start: at, end: at, found, expected: 0, detail });
  }

  /** Ends what has not happened for a while. */
  settle(now: number): void {
    for (const [kind, countedAt] of this.countedAt) {
      const open = this.open.get(key({ kind, channel: '' }));
      if (open && now - countedAt > TALLY_QUIET_MS) this.close(kind, '', open.end);
    }
  }

  /** What changed since the last call. */
  take(): ProblemReport[] {
    const reports = [...this.changed.values()];
    this.changed.clear();
    return reports;
  }

  private note(report: ProblemReport): void {
    this.changed.set(`${key(report)} ${report.start}`, report);
  }
}

function key({ kind, channel }: Pick<ProblemReport, 'kind' | 'channel'>): string {
  return `${kind} ${channel}`;
}
