/** A self-contained report as PDF, printed by a window that runs no script and knows no engine. */
import { randomUUID } from 'node:crypto';
import { BrowserWindow } from 'electron';
import { REPORT_ORIGIN } from './origin.ts';
import { windowOptions } from './windows.ts';

/** Pages on their way to paper, by the path they are served under. */
const waiting = new Map<string, string>();

/** What the scheme answers for a report's path; null when there is none. */
export function reportAt(path: string): string | null {
  return waiting.get(path) ?? null;
}

export async function printPdf(html: string): Promise<Uint8Array> {
  const path = `/${randomUUID()}`;
  waiting.set(path, html);
  const options = windowOptions();
  const webPreferences = { ...options.webPreferences, javascript: false };
  const window = new BrowserWindow({ ...options, show: false, webPreferences });
  try {
    await window.loadURL(`${REPORT_ORIGIN}${path}`);
    const pdf = await window.webContents.printToPDF({
      pageSize: 'A4',
      printBackground: true,
      preferCSSPageSize: true,
    });
    return new Uint8Array(pdf);
  } finally {
    waiting.delete(path);
    window.destroy();
  }
}
