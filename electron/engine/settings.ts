/** The person's choices, kept in the workspace; what was never chosen has its default. */
import { DEFAULT_SETTINGS, type Settings } from '../../shared/domain/settings.ts';
import type { Store } from './store/store-api.ts';

export class SettingsBook {
  private readonly store: Store;
  private readonly onChange: (settings: Settings) => void;

  constructor(store: Store, onChange: (settings: Settings) => void) {
    this.store = store;
    this.onChange = onChange;
  }

  async get(): Promise<Settings> {
    const kept = await this.store.read['setting.list']();
    const known = Object.entries(kept).filter(([key]) => key in DEFAULT_SETTINGS);
    return { ...DEFAULT_SETTINGS, ...Object.fromEntries(known) };
  }

  async set(part: Partial<Settings>): Promise<Settings> {
    await this.store.write['setting.set'](part);
    const settings = await this.get();
    this.onChange(settings);
    return settings;
  }
}
