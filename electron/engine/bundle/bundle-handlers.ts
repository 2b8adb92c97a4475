/** The part of the contract about bundles, answered. */
import type { Api } from '../../../shared/contract/api.ts';
import type { Handlers } from '../../../shared/contract/server.ts';
import type { Engine } from '../engine.ts';
import { OpenedBundles } from './opened-bundles.ts';

type BundleMethods = Extract<keyof Api, `bundle.${string}`>;

export function bundleHandlers(engine: Engine): Pick<Handlers<Api>, BundleMethods> {
  const { uploads, evidence } = engine;
  const opened = new OpenedBundles();
  uploads.onDiscard((id) => opened.drop(id));
  return {
    'bundle.start': (streamId, order) => evidence.startBundle(streamId, order),
    'bundle.verify': (id) => evidence.verifyBundle(uploads.complete(id)),
    'bundle.open': (id) => opened.read(id, uploads.complete(id)),
    'bundle.series': (id, range, points) => opened.series(id, range, points),
    'bundle.scores': (id, range, points) => opened.scores(id, range, points),
    'bundle.report': (id) => opened.report(id),
  };
}
