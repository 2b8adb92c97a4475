/** The sound of an alert: two soft tones, more of them the graver it is. No file is loaded. */
import type { Severity } from '../../shared/domain/event.ts';

const PAIRS: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 3 };
const TONES_HZ = [880, 660];
const TONE_SECONDS = 0.18;
const LOUDNESS = 0.2;

let context: AudioContext | null = null;

/** A browser stays silent until its page was clicked once; a sound never stops the page. */
export async function playAlarm(severity: Severity): Promise<void> {
  context ??= new AudioContext();
  if (context.state === 'suspended') await context.resume();
  const tones = Array.from({ length: PAIRS[severity] }, () => TONES_HZ).flat();
  tones.forEach((hertz, i) => playTone(context!, hertz, context!.currentTime + i * TONE_SECONDS));
}

function playTone(audio: AudioContext, hertz: number, at: number): void {
  const tone = new OscillatorNode(audio, { frequency: hertz });
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  gain.gain.linearRampToValueAtTime(0, at + TONE_SECONDS);
  tone.connect(gain).connect(audio.destination);
  tone.start(at);
  tone.stop(at + TONE_SECONDS);
}
