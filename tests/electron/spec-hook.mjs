/**
 * Loaded before main, on the stand-in and on real Electron alike: keeps what a spec wants to see of
 * threads, the tray, notifications and dialogs, under globalThis.seen.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';

const require = createRequire(import.meta.url);
const threads = require('node:worker_threads');
const electron = require('electron');

const seen = {
  threads: [],
  tray: { tip: '', title: '', menu: null, icon: null },
  notifications: [],
  /** What was shown, and what it is answered with, in order. */
  dialogs: [],
  answers: JSON.parse(process.env.OFFBEAT_SPEC_ANSWERS ?? '[]'),
  opened: [],
  /** What pages called, and when, ms since 1970. */
  calls: [],
};
globalThis.seen = seen;

threads.Worker = class extends threads.Worker {
  constructor(url, options) {
    super(url, options);
    seen.threads.push({ url: String(url), worker: this });
  }
};
syncBuiltinESMExports();

const { Tray, Notification, dialog, ipcMain, shell } = electron;
ipcMain.on('offbeat', (event, { kind, method }) => {
  if (kind === 'call') seen.calls.push({ method, at: Date.now(), page: event.sender.getURL() });
});
const watch = (prototype, method, note) => {
  const original = prototype[method];
  prototype[method] = function watched(...args) {
    note.call(this, ...args);
    return original.apply(this, args);
  };
};
watch(Tray.prototype, 'setToolTip', (text) => (seen.tray.tip = text));
watch(Tray.prototype, 'setTitle', (text) => (seen.tray.title = text));
watch(Tray.prototype, 'setContextMenu', (menu) => (seen.tray.menu = menu));
watch(Tray.prototype, 'setImage', (image) => (seen.tray.icon = image.path ?? null));
watch(Notification.prototype, 'show', function note() {
  seen.notifications.push(this);
});

for (const kind of ['showMessageBox', 'showOpenDialog']) {
  dialog[kind] = async (...args) => {
    const options = args.at(-1);
    seen.dialogs.push({ kind, ...options });
    if (seen.answers.length === 0) return new Promise(() => undefined);
    return seen.answers.shift();
  };
}
dialog.showErrorBox = (title, text) =>
  void seen.dialogs.push({ kind: 'showErrorBox', title, text });
shell.openExternal = async (url) => void seen.opened.push(url);
shell.openPath = async (path) => {
  seen.opened.push(path);
  return '';
};
