/** The native menu: every command with its shortcut; the rest by the system's roles. */
import { Menu, app, type MenuItemConstructorOptions } from 'electron';
import type { Words } from './words.ts';

/** What the menu does; each has an item of the same id. */
export interface MenuCommands {
  open(): void;
  openWorkspace(): void;
  newWindow(): void;
  demo(): void;
  settings(): void;
  home(): void;
  shortcuts(): void;
  logs(): void;
  website(): void;
}

export function setMenu(words: Words, commands: MenuCommands): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(words, commands, process.platform)));
}

type Items = MenuItemConstructorOptions[];

function menuTemplate(words: Words, commands: MenuCommands, platform: string): Items {
  const item = (id: keyof MenuCommands, accelerator?: string): MenuItemConstructorOptions => ({
    id,
    label: words[id],
    click: () => commands[id](),
    ...(accelerator ? { accelerator } : {}),
  });
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = platform === 'darwin';
  const settings = [line, item('settings', 'CmdOrCtrl+,'), line];
  const file = [
    item('open', 'CmdOrCtrl+O'),
    item('openWorkspace', 'CmdOrCtrl+Shift+O'),
    item('demo'),
    line,
    item('newWindow', 'CmdOrCtrl+Shift+N'),
    ...(isMac ? [line] : settings),
    { role: 'close' } as const,
    ...(isMac ? [] : [{ role: 'quit', label: words.quit } as const]),
  ];
  const view = [item('home', 'CmdOrCtrl+Shift+H'), line, ...viewRoles()];
  const help = [item('shortcuts', 'CmdOrCtrl+/'), item('logs'), line, item('website')];
  return [
    ...(isMac ? [appMenu(settings)] : []),
    { label: words.file, submenu: file },
    { role: 'editMenu' },
    { label: words.view, submenu: view },
    { role: 'windowMenu' },
    { role: 'help', label: words.help, submenu: help },
  ];
}

function appMenu(settings: Items): MenuItemConstructorOptions {
  const roles = ['services', 'hide', 'hideOthers', 'unhide', 'quit'] as const;
  const rest: Items = roles.map((role) => ({ role }));
  return { label: app.name, submenu: [{ role: 'about' }, ...settings, ...rest] };
}

function viewRoles(): Items {
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const forDevelopers: Items = app.isPackaged ? [] : [{ role: 'toggleDevTools' }, line];
  const zoom: Items = [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }];
  return [{ role: 'reload' }, line, ...forDevelopers, ...zoom, line, { role: 'togglefullscreen' }];
}
