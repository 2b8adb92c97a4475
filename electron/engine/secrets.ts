/**
 * Tokens and passwords of sources and sinks. They are sealed before they reach the workspace, by
 * the system's key store where the shell has one, else by a key file that only this account can
 * read; a workspace that is copied elsewhere takes none of them along in the clear.
 */
import { Failure } from '../../shared/contract/failure.ts';
import type { SecretInfo } from '../../shared/domain/settings.ts';
import type { SealedSecret, Store } from './store/store-api.ts';

/** Seals and opens text. */
export interface Vault {
  readonly name: SecretInfo['vault'];
  /** False where the system has no key store. */
  isThere(): Promise<boolean>;
  seal(plain: string): Promise<Uint8Array>;
  /** Throws when another machine or account sealed it. */
  open(sealed: Uint8Array): Promise<string>;
}

export class Secrets {
  private readonly store: Store;
  /** The first one that is there seals; all may open. */
  private readonly vaults: readonly Vault[];

  constructor(store: Store, vaults: readonly Vault[]) {
    this.store = store;
    this.vaults = vaults;
  }

  list(): Promise<readonly SecretInfo[]> {
    return this.store.read['secret.list']();
  }

  async set(name: string, plain: string): Promise<void> {
    const { sealed, vault } = await this.seal(plain);
    await this.store.write['secret.set'](name, sealed, vault);
  }

  /** For what is kept in one transaction with other things. */
  async seal(plain: string): Promise<SealedSecret> {
    const vault = await this.sealing();
    return { sealed: await vault.seal(plain), vault: vault.name };
  }

  private async sealing(): Promise<Vault> {
    for (const vault of this.vaults) if (await vault.isThere()) return vault;
    throw new Failure('refused', 'There is no key store here to seal it.');
  }

  remove(name: string): Promise<void> {
    return this.store.write['secret.remove'](name);
  }

  /** For the engine alone; no page can ask. Throws Failure when it is absent or locked. */
  async get(name: string): Promise<string> {
    const kept = await this.store.read['secret.get'](name);
    if (!kept) throw new Failure('not-found', `No token or password "${name}" is kept here.`);
    const vault = this.vaults.find((each) => each.name === kept.vault);
    try {
      if (vault) return await vault.open(kept.sealed);
    } catch {
      // Said below: the cause names no remedy.
    }
    throw new Failure(
      'refused',
      `"${name}" was sealed on another computer or account, or by the other kind of shell; ` +
        'enter it again in the settings.',
    );
  }
}
