/** Files handed over by arguments, the file manager or the dialog: each opened as what it is. */
import { dialog } from 'electron';
import type { HandedFile, ShellCommand } from '../../shared/contract/shell-api.ts';
import { kindOfFile } from './opened-file.ts';
import type { Words } from './words.ts';

export interface OpenerOptions {
  words(): Words;
  adopt(path: string): Promise<HandedFile>;
  openWorkspace(path: string): Promise<void>;
  /** To the window in use. */
  command(command: ShellCommand): void;
}

export class Opener {
  private readonly options: OpenerOptions;

  constructor(options: OpenerOptions) {
    this.options = options;
  }

  /** The system's dialog; nothing happens when it is closed without a choice. */
  async ask(): Promise<void> {
    const { openTitle, openFilter } = this.options.words();
    const { filePaths } = await dialog.showOpenDialog({
      title: openTitle,
      filters: [{ name: openFilter, extensions: ['csv', 'tsv', 'txt', 'offbeat'] }],
      properties: ['openFile'],
    });
    await this.openAll(filePaths);
  }

  /** One import at a time: the last file wins, as when several are dropped on a window. */
  async openAll(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      try {
        await this.openOne(path);
      } catch (error) {
        this.options.command({ kind: 'problem', message: (error as Error).message });
      }
    }
  }

  private async openOne(path: string): Promise<void> {
    switch (kindOfFile(path)) {
      case 'workspace':
        return this.options.openWorkspace(path);
      case 'bundle':
        return this.options.command({ kind: 'bundle', file: await this.options.adopt(path) });
      case 'table':
        return this.options.command({ kind: 'import', file: await this.options.adopt(path) });
    }
  }
}
