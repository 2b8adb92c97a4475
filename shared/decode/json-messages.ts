/**
 * JSON values in a stream of bytes: one a line, or written over several lines. A line that is a
 * whole value by itself ends whatever was left open before it, so that one cut message never takes
 * the next ones with it.
 */
import { textOf } from './byte-text.ts';
import { DECODE_LIMITS, type Decoder, type RowSink } from './decoder.ts';
import { createLineDecoder, shownText } from './lines.ts';

/** Gets each value with the text it was written as. */
export type JsonListener = (value: unknown, text: string, sink: RowSink) => void;

const REASON = 'This is not JSON; a JSON value on a line was expected.';

export function createJsonDecoder(listener: JsonListener): Decoder {
  let open: string[] = [];
  let openChars = 0;
  let level = 0;

  const drop = (sink: RowSink): void => {
    if (open.length > 0) sink.bad(open.join('\n').slice(0, DECODE_LIMITS.badChars), REASON);
    open = [];
    openChars = 0;
    level = 0;
  };

  const tryLine = (text: string, sink: RowSink): boolean => {
    const value = parsed(text);
    if (value === undefined) return false;
    drop(sink);
    listener(value, text, sink);
    return true;
  };

  const goOn = (text: string, sink: RowSink): void => {
    open.push(text);
    openChars += text.length;
    level = levelAfter(text, level);
    if (level > 0 && openChars <= DECODE_LIMITS.lineBytes) return;
    const whole = open.join('\n');
    const value = level === 0 ? parsed(whole) : undefined;
    if (value === undefined) return drop(sink);
    open = [];
    drop(sink);
    listener(value, whole, sink);
  };

  return createLineDecoder({
    line: (bytes, from, to, sink) => {
      const opens = bytes[from] === 0x7b || bytes[from] === 0x5b;
      if (open.length > 0 && !opens) return goOn(textOf(bytes, from, to), sink);
      const text = textOf(bytes, from, to);
      if (tryLine(text, sink)) return;
      if (!opens && open.length === 0 && !/^\s*[[{]/.test(text)) {
        return sink.bad(shownText(bytes, from, to), REASON);
      }
      goOn(text, sink);
    },
    end: drop,
  });
}

/** undefined when it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How deep in braces and brackets one is after the text; a string never spans lines. */
function levelAfter(text: string, before: number): number {
  let level = before;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c && inString) i++;
    else if (code === 0x22) inString = !inString;
    else if (inString) continue;
    else if (code === 0x7b || code === 0x5b) level++;
    else if (code === 0x7d || code === 0x5d) level = Math.max(0, level - 1);
  }
  return level;
}
