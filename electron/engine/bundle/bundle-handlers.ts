/** The part of the contract about bundles, answered. */
import type { Api } from '../../../shared/contract/api.ts';
import type { Handlers } from '../../../shared/contract/server.ts';
import type { Engine } from '../engine.ts';
import { OpenedBundles, readBundleFile } from './opened-bundles.ts';
import { verifyBundle } from './verify-bundle.ts';
import { bundleFile } from './write-bundle.ts';

type BundleMethods = Extract<keyof Api, `bundle.${string}`>;

export function bundleHandlers(engine: Engine): Pick<Handlers<Api>, BundleMethods> {
  const { store, uploads, info } = engine;
  const opened = new OpenedBundles();
  uploads.onDiscard((id) => opened.drop(id));
  return {
    'bundle.write': (streamId, order) => bundleFile(store, streamId, order, info.version),
    'bundle.verify': async (id) => verifyBundle(await readBundleFile(uploads.complete(id).path)),
    'bundle.open': (id) => opened.read(id, uploads.complete(id)),
    'bundle.series': (id, range, points) => opened.series(id, range, points),
    'bundle.scores': (id, range, points) => opened.scores(id, range, points),
    'bundle.report': (id) => opened.report(id),
  };
}
