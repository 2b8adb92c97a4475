/**
 * Newer versions, from the address built into the installer. Downloads are taken only when their
 * checksum and, on Windows and macOS, their signature hold; the settings switch all of it off.
 */
import { app } from 'electron';
import type { UpdateState } from '../../shared/contract/shell-api.ts';
import { log } from '../engine/log.ts';

const FIRST_CHECK_MS = 60_000;
const INTERVAL_MS = 24 * 60 * 60 * 1000;

/** False for sources and for packages that a package manager updates. */
export function canUpdate(): boolean {
  if (!app.isPackaged || process.env['OFFBEAT_NO_UPDATES']) return false;
  return process.platform !== 'linux' || process.env['APPIMAGE'] !== undefined;
}

/** Asks once. What is found is fetched, and installed when the app is next quit. */
export async function checkUpdate(isWanted: boolean): Promise<UpdateState> {
  const none = { version: null, failure: null };
  if (!isWanted || !canUpdate()) return { status: 'off', ...none };
  try {
    const { default: updater } = await import('electron-updater');
    const { autoUpdater } = updater;
    autoUpdater.logger = null;
    autoUpdater.allowDowngrade = false;
    autoUpdater.autoInstallOnAppQuit = true;
    const result = await autoUpdater.checkForUpdates();
    if (!result?.isUpdateAvailable) return { status: 'newest', ...none };
    const { version } = result.updateInfo;
    return { status: 'available', version, failure: null };
  } catch (error) {
    return { status: 'failed', version: null, failure: (error as Error).message };
  }
}

/** `isWanted` is asked anew each time. */
export function checkNowAndThen(isWanted: () => Promise<boolean>): void {
  if (!canUpdate()) return;
  const check = async (): Promise<void> => {
    const { failure } = await checkUpdate(await isWanted());
    if (failure) log.error(`Looking for a newer version failed: ${failure}`);
  };
  setTimeout(() => void check(), FIRST_CHECK_MS).unref();
  setInterval(() => void check(), INTERVAL_MS).unref();
}
