/** The one Chromium of this process. */
import { Chromium } from './cdp.ts';

let launched: Chromium | null = null;

export async function launchChromium(program: string): Promise<void> {
  launched = await Chromium.launch(program, process.env['OFFBEAT_SPEC_THEME'] ?? 'dark');
  await launched.send('Target.setDiscoverTargets', { discover: true });
}

export function chromium(): Chromium {
  if (!launched) throw new Error('Pages can be made once the app is ready.');
  return launched;
}

export async function closeChromium(): Promise<void> {
  await launched?.close();
}
