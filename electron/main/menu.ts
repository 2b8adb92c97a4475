/** The native menu: roles only, so that every system shows its own words and shortcuts. */
import { Menu, app, type MenuItemConstructorOptions } from 'electron';

export function setMenu(): void {
  const own: MenuItemConstructorOptions[] =
    process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...own,
      { role: 'fileMenu' },
      { role: 'editMenu' },
      { label: 'View', submenu: viewItems() },
      { role: 'windowMenu' },
    ]),
  );
}

function viewItems(): MenuItemConstructorOptions[] {
  const forDevelopers: MenuItemConstructorOptions[] = app.isPackaged
    ? []
    : [{ role: 'toggleDevTools' }, { type: 'separator' }];
  return [
    { role: 'reload' },
    { type: 'separator' },
    ...forDevelopers,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
}
