/** `offbeat threshold`: which one gives so many alarms a day, and one put in force. */
import { Command, Option } from 'commander';
import {
  THRESHOLD_METHODS,
  THRESHOLD_WORDS,
  type ThresholdMethod,
  type ThresholdSpec,
} from '../../shared/domain/threshold.ts';
import { formatNumber } from '../../shared/domain/words.ts';
import { applyThreshold } from '../engine/models/apply-threshold.ts';
import { tryThresholds } from '../engine/try-thresholds.ts';
import { findStream } from './find-stream.ts';
import { inWorkspace, learnt } from './model-commands.ts';
import { withReads, type Reads } from './open-reads.ts';
import { positiveNumber, thresholdSpec } from './option-values.ts';
import { watchJob, withEngine } from './with-engine.ts';

interface ThresholdOptions {
  readonly workspace: string;
  readonly alarmsPerDay?: number;
  readonly method?: ThresholdMethod;
  readonly apply?: ThresholdSpec;
}

export function thresholdCommand(): Command {
  return inWorkspace(new Command('threshold'))
    .description(
      'Find the threshold that gives so many alarms a day: tuned on the first half of the stored ' +
        'scores, tried on the second. The model is not run. Or put one in force.',
    )
    .option('--alarms-per-day <n>', 'how many are welcome', positiveNumber)
    .addOption(new Option('--method <name>', 'one only').choices([...THRESHOLD_METHODS]))
    .addOption(
      new Option(
        '--apply <method:number>',
        'tell the events anew by this one; scores stay, nothing is learnt again',
      )
        .argParser(thresholdSpec)
        .conflicts(['alarmsPerDay', 'method']),
    )
    .action(async (asked: string, options: ThresholdOptions, command: Command) => {
      const { workspace, alarmsPerDay, method, apply } = options;
      if (apply) return putInForce(workspace, asked, apply);
      if (alarmsPerDay === undefined) {
        command.error(
          'error: --alarms-per-day N finds a threshold, --apply METHOD:NUMBER puts one in force; ' +
            'one of them was expected.',
          { exitCode: 2 },
        );
      }
      return withReads(workspace, (store) => printThresholds(store, asked, alarmsPerDay, method));
    });
}

async function putInForce(workspace: string, asked: string, spec: ThresholdSpec): Promise<void> {
  await withEngine(workspace, async (engine) => {
    const { id, name } = await findStream(engine.store, asked);
    await watchJob(engine, () => applyThreshold(engine, id, spec));
    const card = await engine.store.read['model.active'](id);
    const events = await engine.store.read['event.list'](card!.id);
    const count = `${events.length} ${events.length === 1 ? 'event' : 'events'}`;
    process.stdout.write(
      `${name}: ${nameOf(spec)} is in force and tells ${count}. ` +
        `Go back with models rollback "${name}".\n`,
    );
  });
}

async function printThresholds(
  store: Reads,
  asked: string,
  alarmsPerDay: number,
  method: ThresholdMethod | undefined,
): Promise<void> {
  const { stream, card } = await learnt(store, asked);
  const methods = method ? [method] : THRESHOLD_METHODS;
  const found = await tryThresholds(store, card, stream.periodMs, alarmsPerDay, methods);
  const { usual } = found;
  const lines = [
    `${stream.name}: ${found.scores} scores; ${alarmsPerDay} alarms a day are welcome.`,
    `${nameOf(usual.spec)} (in force) gives ${formatNumber(usual.tried.realised)} a day.`,
    ...found.trials.map(
      ({ spec, tuned, tried }) =>
        `${nameOf(spec)} gave ${formatNumber(tuned.realised)} a day where tuned, ` +
        `${formatNumber(tried.realised)} afterwards (${tried.alarms} in ` +
        `${formatNumber(tried.days)} days). ${THRESHOLD_WORDS.en[spec.method]}`,
    ),
  ];
  lines.push('Put one in force with threshold --apply METHOD:NUMBER.');
  process.stdout.write(`${lines.join('\n')}\n`);
}

const nameOf = ({ method, parameter }: ThresholdSpec): string =>
  `${method}:${Number(parameter.toPrecision(4))}`;
