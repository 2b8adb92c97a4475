/**
 * Where any part of the engine tells a person something at once. Whoever raises a notice says what
 * its buttons do; shells and windows only show it and pass on what was pressed.
 */
import { randomUUID } from 'node:crypto';
import { Failure } from '../../shared/contract/failure.ts';
import type { Notice } from '../../shared/domain/notice.ts';

/** Notices whose buttons still work. */
const LIVE_MAX = 200;

export type NoticeAct = (action: string) => void | Promise<void>;

export class Notices {
  private readonly live = new Map<string, NoticeAct>();
  private readonly show: (notice: Notice) => void;

  constructor(show: (notice: Notice) => void) {
    this.show = show;
  }

  /** `act` is called with the id of the button, or `open` for the notice itself. */
  raise(notice: Omit<Notice, 'id'>, act: NoticeAct = () => undefined): string {
    const id = randomUUID();
    this.live.set(id, act);
    const [oldest] = this.live.keys();
    if (this.live.size > LIVE_MAX) this.live.delete(oldest);
    this.show({ ...notice, id });
    return id;
  }

  /** Throws Failure not-found for a notice of long ago or of a former engine. */
  async act(id: string, action: string): Promise<void> {
    const act = this.live.get(id);
    if (!act) throw new Failure('not-found', 'This notice is no longer open.');
    await act(action);
  }
}
