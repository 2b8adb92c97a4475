/** Starting with the system, in the tray: by the system's list, on Linux by an autostart file. */
import { app } from 'electron';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const HIDDEN = '--hidden';

export function startsAtLogin(): boolean {
  if (process.platform !== 'linux') {
    return app.getLoginItemSettings({ args: [HIDDEN] }).openAtLogin;
  }
  return statSync(autostartFile(), { throwIfNoEntry: false }) !== undefined;
}

export function setStartAtLogin(starts: boolean): void {
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: starts, args: [HIDDEN] });
  } else if (starts) {
    mkdirSync(dirname(autostartFile()), { recursive: true });
    writeFileSync(autostartFile(), autostartEntry(program()));
  } else {
    rmSync(autostartFile(), { force: true });
  }
}

/** An AppImage mounts itself elsewhere at every start. */
function program(): string {
  return process.env['APPIMAGE'] ?? process.execPath;
}

function autostartEntry(path: string): string {
  const quoted = `"${path.replaceAll(/(["\\`$])/g, '\\$1')}"`;
  const lines = ['[Desktop Entry]', 'Type=Application', 'Name=Offbeat'];
  return [...lines, `Exec=${quoted} ${HIDDEN}`, 'X-GNOME-Autostart-enabled=true', ''].join('\n');
}

function autostartFile(): string {
  const config = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  return join(config, 'autostart', 'offbeat.desktop');
}
