/** The part of the contract about bundles, answered. */
import type { Api } from '../../../shared/contract/api.ts';
import type { Handlers } from '../../../shared/contract/server.ts';
import type { Engine } from '../engine.ts';
import type { OpenedBundles } from './opened-bundles.ts';

type BundleMethods = Extract<keyof Api, `bundle.${string}`>;

export function bundleHandlers(engine: Engine): Pick<Handlers<Api>, BundleMethods> {
  const { uploads, evidence } = engine;
  let loading: Promise<OpenedBundles> | null = null;
  /** What reads bundles is large, and loaded when first used: no start waits for it. */
  const opened = (): Promise<OpenedBundles> =>
    (loading ??= import('./opened-bundles.ts').then((module) => new module.OpenedBundles()));
  uploads.onDiscard((id) => void loading?.then((bundles) => bundles.drop(id)));
  return {
    'bundle.start': (streamId, order) => evidence.startBundle(streamId, order),
    'bundle.verify': (id) => evidence.verifyBundle(uploads.complete(id)),
    'bundle.open': async (id) => (await opened()).read(id, uploads.complete(id)),
    'bundle.series': async (id, range, points) => (await opened()).series(id, range, points),
    'bundle.scores': async (id, range, points) => (await opened()).scores(id, range, points),
    'bundle.report': async (id) => (await opened()).report(id),
  };
}
