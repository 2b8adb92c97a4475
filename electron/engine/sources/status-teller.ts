/** Tells the host a state once, and that something came back that was waited for. */
import type { SourceHost } from './source.ts';

export function createStatusTeller(
  host: SourceHost,
): (status: 'connecting' | 'open' | 'waiting', detail: string) => void {
  let last = { status: '', detail: '' };
  return (status, detail) => {
    if (status === last.status && detail === last.detail) return;
    if (status === 'open' && last.status === 'waiting') host.reconnected();
    last = { status, detail };
    host.status(status, detail);
  };
}
