/** The icon in the tray: green, amber or red, the number of open events, and the way back in. */
import { Menu, Tray, nativeImage, type NativeImage } from 'electron';
import { join } from 'node:path';
import { lightOf, type EngineStatus, type Light } from '../../shared/domain/status.ts';
import type { Words } from './words.ts';

export interface TrayCommands {
  show(): void;
  settings(): void;
  quit(): void;
}

export class TrayIcon {
  private readonly tray: Tray;
  private readonly images: Readonly<Record<Light, NativeImage>>;
  private readonly commands: TrayCommands;

  /** Throws where the system has no tray. `icons` holds green.png, amber.png and red.png. */
  constructor(icons: string, commands: TrayCommands) {
    const image = (light: Light) => nativeImage.createFromPath(join(icons, `${light}.png`));
    this.images = { green: image('green'), amber: image('amber'), red: image('red') };
    this.commands = commands;
    this.tray = new Tray(this.images.green);
    this.tray.on('click', () => commands.show());
  }

  show(status: EngineStatus, words: Words): void {
    const light = lightOf(status);
    const state = words.light[light](status.openEvents);
    const recording = words.recording(status.recording);
    this.tray.setImage(this.images[light]);
    this.tray.setToolTip(`${state}\n${recording}`);
    // macOS writes it beside the icon.
    this.tray.setTitle(status.openEvents > 0 ? String(status.openEvents) : '');
    const { show, settings, quit } = this.commands;
    this.tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: state, enabled: false },
        { label: recording, enabled: false },
        { type: 'separator' },
        { id: 'show', label: words.show, click: () => show() },
        { id: 'settings', label: words.settings, click: () => settings() },
        { type: 'separator' },
        { id: 'quit', label: words.quit, click: () => quit() },
      ]),
    );
  }

  remove(): void {
    this.tray.destroy();
  }
}
