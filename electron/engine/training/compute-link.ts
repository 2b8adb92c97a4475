/** The pages that compute: they come and go; the newest does the work. */
import { createClient, type Client } from '../../../shared/contract/client.ts';
import type { ComputeApi, ComputeInfo } from '../../../shared/contract/compute-api.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Transport } from '../../../shared/contract/transport.ts';
import type { ComputePage } from './session.ts';

export class ComputeLink {
  private readonly pages: Client<ComputeApi>[] = [];

  /** Answers what to call when the page is gone. */
  attach(transport: Transport): () => void {
    const page = createClient<ComputeApi>(transport);
    this.pages.push(page);
    return () => {
      this.pages.splice(this.pages.indexOf(page), 1);
      page.close('The page that computes is gone.');
    };
  }

  /** What the page runs on; null when no page is there or it has no graphics. */
  async info(): Promise<ComputeInfo | null> {
    if (this.pages.length === 0) return null;
    return this.page.call('compute.info').catch(() => null);
  }

  /** Calls go to the newest page at the time. */
  readonly page: ComputePage = {
    call: (method, ...args) => {
      const page = this.pages.at(-1);
      if (page) return page.call(method, ...args);
      return Promise.reject(new Failure('lost', 'No page that computes is there.'));
    },
  };
}
