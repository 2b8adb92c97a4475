/** The desktop shell, in the order it comes up. Whatever is not glue is elsewhere. */
import { app } from 'electron';
import { serveSerialSources } from '../engine/sources/serial-relay.ts';
import { Desktop } from './desktop.ts';
import { declareScheme } from './protocol.ts';
import { guardContents } from './security.ts';
import { startOptions } from './start-options.ts';

const options = startOptions(process.argv, process.cwd());

// A second start hands its files to the first one: one workspace, one engine.
if (app.requestSingleInstanceLock()) {
  guardContents();
  declareScheme();
  // Feeds run in threads; serial ports are read on this one for them.
  serveSerialSources();
  const desktop = new Desktop(options);
  // macOS asks before the app is ready, too.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    void desktop.openFile(path);
  });
  app.on('second-instance', (_event, argv, folder) => desktop.secondStart(argv, folder));
  app
    .whenReady()
    .then(() => desktop.start())
    .catch((error: unknown) => desktop.fail(error));
} else {
  app.quit();
}
