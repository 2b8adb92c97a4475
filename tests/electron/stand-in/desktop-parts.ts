/** Menus, tray, notifications, dialogs and what else a desktop shows: kept, not drawn. */
import { EventEmitter } from 'node:events';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { strict } from './strict.ts';

interface ItemTemplate {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly accelerator?: string;
  readonly type?: string;
  readonly enabled?: boolean;
  readonly submenu?: readonly ItemTemplate[];
  click?(): void;
}

export interface MenuItem extends Omit<ItemTemplate, 'submenu' | 'click'> {
  readonly submenu: Menu | undefined;
  click(): void;
}

let applicationMenu: Menu | null = null;

export class Menu {
  readonly items: readonly MenuItem[];

  constructor(items: readonly MenuItem[]) {
    this.items = items;
  }

  static buildFromTemplate(template: readonly ItemTemplate[]): Menu {
    const items = template.map((item) => ({
      ...item,
      submenu: item.submenu ? Menu.buildFromTemplate(item.submenu) : undefined,
      click: () => item.click?.(),
    }));
    return new Menu(items);
  }

  static setApplicationMenu(menu: Menu | null): void {
    applicationMenu = menu;
  }

  static getApplicationMenu(): Menu | null {
    return applicationMenu;
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
}

export class NativeImage {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  isEmpty(): boolean {
    return !existsSync(this.path);
  }
}

export const nativeImage = strict('nativeImage', {
  createFromPath: (path: string): NativeImage => new NativeImage(path),
});

export class Tray extends EventEmitter {
  constructor(image: NativeImage) {
    super();
    this.setImage(image);
  }

  setImage(image: NativeImage): void {
    if (image.isEmpty()) throw new Error(`There is no image ${image.path}.`);
  }

  setToolTip(): void {}
  setTitle(): void {}
  setContextMenu(): void {}
  destroy(): void {}
}

export class Notification extends EventEmitter {
  readonly title: string;
  readonly body: string;
  readonly actions: readonly { readonly type: string; readonly text: string }[];

  constructor({ title, body, actions = [] }: Pick<Notification, 'title' | 'body' | 'actions'>) {
    super();
    this.title = title;
    this.body = body;
    this.actions = actions;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {}
}

/** A dialog that nobody answers stays open: the specs answer, by replacing these. */
const unanswered = (): Promise<never> => new Promise(() => undefined);
export const dialog = strict('dialog', {
  showErrorBox: (title: string, text: string): void => {
    process.stderr.write(`${title}: ${text}\n`);
  },
  showMessageBox: unanswered,
  showOpenDialog: unanswered,
});

export const shell = strict('shell', {
  openExternal: async (): Promise<void> => undefined,
  openPath: async (path: string): Promise<string> => (existsSync(path) ? '' : 'not found'),
});

export const nativeTheme = strict('nativeTheme', { themeSource: 'system' });
export const powerMonitor = new EventEmitter();

const blockers = new Set<number>();
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start: (): number => {
    const id = Math.max(0, ...blockers) + 1;
    blockers.add(id);
    return id;
  },
  stop: (id: number): boolean => blockers.delete(id),
  isStarted: (id: number): boolean => blockers.has(id),
});

const workArea = { x: 0, y: 0, width: 1920, height: 1080 };
export const screen = strict('screen', {
  getAllDisplays: () => [{ workArea, bounds: workArea }],
});

/** Turns every byte, so that what is sealed is not what was given. */
const pad = createHash('sha256').update('stand-in').digest();
const turned = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.map((byte, i) => byte ^ pad[i % pad.length]));
export const safeStorage = strict('safeStorage', {
  isEncryptionAvailable: (): boolean => true,
  encryptString: (plain: string): Buffer => turned(Buffer.from(plain, 'utf8')),
  decryptString: (sealed: Buffer): string => turned(sealed).toString('utf8'),
});
