/** `offbeat models`: the models of a stream, and which of them speaks for it. */
import { Command } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import type { ModelRole } from '../../shared/domain/feed-state.ts';
import type { KeptModel } from '../../shared/domain/model.ts';
import type { StreamInfo } from '../../shared/domain/stream.ts';
import { formatMoment, formatNumber, formatSpan } from '../../shared/domain/words.ts';
import { defaultWorkspace } from '../engine/default-workspace.ts';
import type { Engine } from '../engine/engine.ts';
import { driftOfModel, listModels, type ModelDrift } from '../engine/models/list-models.ts';
import { findStream } from './find-stream.ts';
import { storeFile, withReads } from './open-reads.ts';
import { positiveInteger } from './option-values.ts';
import { withEngine } from './with-engine.ts';

const HASH_CHARS = 12;
const ROLES: Readonly<Record<ModelRole, string>> = {
  active: 'active',
  shadow: 'shadow',
  off: 'at rest',
};

interface Workspace {
  readonly workspace: string;
}

const inWorkspace = (command: Command): Command =>
  command
    .exitOverride()
    .argument('<stream>', 'its name or number')
    .option('--workspace <folder>', 'where streams and models are kept', defaultWorkspace());

export function modelsCommand(): Command {
  const list = inWorkspace(new Command('list'))
    .description('Each with its state, training, error, drift and hash; `models STREAM` does too.')
    .option('--json', 'as JSON')
    .action(listAll);
  const activate = inWorkspace(new Command('activate'))
    .description('Let this one speak for the stream; the one before rests.')
    .argument('<model>', 'its number', positiveInteger)
    .action((asked: string, model: number, { workspace }: Workspace) =>
      change(workspace, asked, (models) => ({ id: named(models, model).card.id, role: 'active' })),
    );
  const shadow = inWorkspace(new Command('shadow'))
    .description('Let this one score a live stream beside the active one, alarming nobody.')
    .argument('<model>', 'its number', positiveInteger)
    .action((asked: string, model: number, { workspace }: Workspace) =>
      change(workspace, asked, (models) => shadowOf(named(models, model))),
    );
  const rest = inWorkspace(new Command('rest'))
    .description('Let a shadow score no more; it stays, and can be taken up again.')
    .argument('<model>', 'its number', positiveInteger)
    .action((asked: string, model: number, { workspace }: Workspace) =>
      change(workspace, asked, (models) => restOf(named(models, model))),
    );
  const rollback = inWorkspace(new Command('rollback'))
    .description('Go back to a former model: the one given, or the one before the active one.')
    .argument('[model]', 'its number', positiveInteger)
    .action((asked: string, model: number | undefined, { workspace }: Workspace) =>
      change(workspace, asked, (models) => formerOf(models, model)),
    );
  return new Command('models')
    .description('List the models of a stream, and say which of them speaks for it.')
    .usage('<stream> | activate|shadow|rest|rollback <stream> <model>')
    .addCommand(list, { isDefault: true })
    .addCommand(activate)
    .addCommand(shadow)
    .addCommand(rest)
    .addCommand(rollback);
}

function listAll(
  asked: string,
  { workspace, json }: Workspace & { readonly json?: boolean },
): Promise<void> {
  return withReads(workspace, async (store) => {
    const stream = await findStream(store, asked);
    const models = await listModels(store, stream.id);
    const drifts = await Promise.all(models.map(({ card }) => driftOfModel(store, card.id)));
    const texts = models.map((model, i) => modelText(model, drifts[i], stream.hasTime));
    const count = `${models.length} ${models.length === 1 ? 'model' : 'models'}`;
    process.stdout.write(
      json
        ? `${JSON.stringify(
            models.map((model, i) => modelOf(model, drifts[i])),
            null,
            1,
          )}\n`
        : `${[...texts, `${stream.name}: ${count}.`].join('\n')}\n`,
    );
  });
}

function modelText(
  { card, role, isLive, events }: KeptModel,
  drift: ModelDrift | null,
  hasTime: boolean,
): string {
  const { heldOut } = card;
  const error = heldOut
    ? `held-out loss ${formatNumber(heldOut.model)}, ` +
      `${formatNumber(heldOut.lastValue)} by repeating the last value`
    : `loss ${formatNumber(card.lossCurve.at(-1)?.train ?? NaN)}, nothing held out`;
  return [
    `${card.id} ${ROLES[role]}, ${card.mode} mode: learnt ${card.channels.join(', ')} from ` +
      `${card.trainRows} rows, ${formatSpan(card.trainRange, hasTime)}`,
    error,
    `${events.all} ${events.all === 1 ? 'event' : 'events'}`,
    driftText(drift, isLive, hasTime),
    `sha256 ${card.checkpointSha256.slice(0, HASH_CHARS)}`,
  ].join(' · ');
}

function driftText(drift: ModelDrift | null, isLive: boolean, hasTime: boolean): string {
  if (!drift) return isLive ? 'drift not known yet' : 'drift is followed on live streams only';
  const since = drift.since === null ? '' : `, high since ${formatMoment(drift.since, hasTime)}`;
  return `drift ${formatNumber(drift.times)}${since}`;
}

function modelOf({ card, role, isLive, events }: KeptModel, drift: ModelDrift | null): object {
  const { id, mode, channels, trainRange, trainRows, seed, heldOut, checkpointSha256 } = card;
  return {
    ...{ id, role, isLive, mode, channels },
    trainFrom: iso(trainRange.from),
    trainTo: iso(trainRange.to),
    ...{ trainRows, seed },
    loss: card.lossCurve.at(-1)?.train ?? null,
    heldOut: heldOut ?? null,
    drift: drift && { ...drift, since: drift.since === null ? null : iso(drift.since) },
    ...{ events, checkpointSha256 },
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

interface Change {
  readonly id: number;
  readonly role: ModelRole;
}

/** Finds out what is meant, does it and says so. Throws Failure in words. */
async function change(
  workspace: string,
  asked: string,
  choose: (models: readonly KeptModel[]) => Change,
): Promise<void> {
  // An engine would make a workspace where there is none.
  storeFile(workspace);
  await withEngine(workspace, async (engine) => {
    const stream = await findStream(engine.store, asked);
    const models = await listModels(engine.store, stream.id);
    if (models.length === 0) {
      throw new Failure(
        'not-found',
        `Nothing has been learnt of ${stream.name} yet; run "train ${asked}" first.`,
      );
    }
    await apply(engine, stream, models, choose(models));
  });
}

async function apply(
  { handlers }: Engine,
  { name }: StreamInfo,
  models: readonly KeptModel[],
  { id, role }: Change,
): Promise<void> {
  const before = models.find((model) => model.role === 'active');
  if (role !== 'active') {
    await handlers['monitor.role'](id, role);
    const does = role === 'shadow' ? 'scores as a shadow' : 'rests';
    process.stdout.write(`${name}: model ${id} ${does}.\n`);
    return;
  }
  await handlers['model.activate'](id);
  const rests = before && before.card.id !== id ? `; model ${before.card.id} rests` : '';
  process.stdout.write(`${name}: model ${id} is active${rests}.\n`);
}

function named(models: readonly KeptModel[], id: number): KeptModel {
  const found = models.find(({ card }) => card.id === id);
  if (found) return found;
  const known = models.map(({ card }) => card.id).join(', ');
  throw new Failure('not-found', `The stream has no model ${id}; it has ${known}.`);
}

function shadowOf({ card: { id }, role, isLive }: KeptModel): Change {
  if (role === 'active') {
    throw new Failure(
      'bad-usage',
      `Model ${id} is the active one, and without one nobody is alarmed; activate another first.`,
    );
  }
  if (!isLive) {
    throw new Failure(
      'bad-usage',
      `Model ${id} scores no rows as they come; a shadow needs a model of a connected stream.`,
    );
  }
  return { id, role: 'shadow' };
}

function restOf({ card: { id }, role }: KeptModel): Change {
  if (role === 'shadow') return { id, role: 'off' };
  throw new Failure(
    'bad-usage',
    role === 'off'
      ? `Model ${id} is at rest already.`
      : `Model ${id} is the active one, and without one nobody is alarmed; activate another first.`,
  );
}

function formerOf(models: readonly KeptModel[], asked: number | undefined): Change {
  const active = models.find(({ role }) => role === 'active');
  const former = models.filter(({ card }) => !active || card.id < active.card.id);
  const [before] = former;
  if (!before) {
    throw new Failure(
      'bad-usage',
      `There is no model before ${active?.card.id}; learn another one, or activate a later one.`,
    );
  }
  if (asked === undefined) {
    const same = former.find(({ card }) => card.id === active?.card.weightsOf);
    return { id: (same ?? before).card.id, role: 'active' };
  }
  const { card } = named(models, asked);
  if (former.some((one) => one.card.id === card.id)) return { id: card.id, role: 'active' };
  throw new Failure(
    'bad-usage',
    `Model ${card.id} is no former one; before ${active?.card.id} there ` +
      `${former.length === 1 ? 'is' : 'are'} ${former.map((one) => one.card.id).join(', ')}.`,
  );
}
