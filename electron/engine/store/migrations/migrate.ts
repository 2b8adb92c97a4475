/** Brings a workspace to the newest schema, one numbered step after another, each whole or not. */
import type Database from 'better-sqlite3';
import { Failure } from '../../../../shared/contract/failure.ts';
import { sql as initial } from './0001-initial.ts';
import { sql as jobs } from './0002-jobs.ts';
import { sql as settings } from './0003-settings.ts';
import { sql as feeds } from './0004-feeds.ts';
import { sql as alerts } from './0005-alerts.ts';
import { sql as feedLearn } from './0006-feed-learn.ts';
import { sql as trainings } from './0007-trainings.ts';
import { sql as activities } from './0008-activities.ts';
import { sql as modelActivities } from './0009-model-activities.ts';
import { sql as shapes } from './0010-shapes.ts';

/** Index + 1 is the schema version that the step leads to. Steps are added, never changed. */
export const MIGRATIONS: readonly string[] = [
  ...[initial, jobs, settings, feeds, alerts],
  ...[feedLearn, trainings, activities, modelActivities, shapes],
];

export function migrate(db: Database.Database, file: string, steps = MIGRATIONS): void {
  refuseNewer(db, file, steps);
  const version = versionOf(db);
  steps.slice(version).forEach((sql, i) => {
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version + i + 1}`);
    })();
  });
}

/** Only reads. Throws Failure in words when a newer version wrote the file. */
export function refuseNewer(db: Database.Database, file: string, steps = MIGRATIONS): void {
  const version = versionOf(db);
  if (version <= steps.length) return;
  throw new Failure(
    'conflict',
    `${file} was written by a newer Offbeat (schema ${version}, this one knows ` +
      `${steps.length}); install the newer version to open it.`,
  );
}

/** Only reads. Throws Failure in words when the file must be brought to date first. */
export function refuseOlder(db: Database.Database, file: string, steps = MIGRATIONS): void {
  const version = versionOf(db);
  if (version >= steps.length) return;
  throw new Failure(
    'conflict',
    `${file} was written by an older Offbeat (schema ${version}, this one has ` +
      `${steps.length}); open it once with "offbeat serve" to bring it to date.`,
  );
}

function versionOf(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}
