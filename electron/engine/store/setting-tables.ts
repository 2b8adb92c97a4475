/** Settings as JSON by key, and sealed secrets. */
import type { SecretInfo } from '../../../shared/domain/settings.ts';
import type { Db } from './database.ts';
import type { SealedSecret, StoreReads, StoreWrites } from './store-api.ts';

type Of<T> = Pick<T, Extract<keyof T, `setting.${string}` | `secret.${string}`>>;

export function settingWrites(db: Db): Of<StoreWrites> {
  return {
    'setting.set': db.transaction((part: Readonly<Record<string, unknown>>) => {
      const put = db.prepare('INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)');
      for (const [key, value] of Object.entries(part)) put.run(key, JSON.stringify(value));
    }),
    'secret.set': (name, sealed, vault) => {
      db.prepare('INSERT OR REPLACE INTO secret (name, sealed, vault) VALUES (?, ?, ?)').run(
        name,
        sealed,
        vault,
      );
    },
    'secret.remove': (name) => {
      db.prepare('DELETE FROM secret WHERE name = ?').run(name);
    },
  };
}

export function settingReads(db: Db): Of<StoreReads> {
  return {
    'setting.list': () => {
      const rows = db.prepare('SELECT key, value FROM setting').all();
      return Object.fromEntries(
        (rows as { key: string; value: string }[]).map(({ key, value }) => [
          key,
          JSON.parse(value) as unknown,
        ]),
      );
    },
    'secret.list': () =>
      db.prepare('SELECT name, vault FROM secret ORDER BY name').all() as SecretInfo[],
    'secret.get': (name) => {
      const row = db.prepare('SELECT sealed, vault FROM secret WHERE name = ?').get(name);
      if (!row) return null;
      const { sealed, vault } = row as SealedSecret;
      return { sealed: new Uint8Array(sealed), vault };
    },
  };
}
