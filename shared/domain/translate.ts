/**
 * Sentences with blanks, said in another language. The engine speaks English; a sentence is its
 * own key, as in gettext, with what stood in its blanks found again.
 */

/** Sentences by their English, `{0}` being the first blank of both. */
export type Sentences = Readonly<Record<string, string>>;

const BLANK = /\{(\d+)\}/;
/** Blanks may hold sentences themselves, these again some. */
const DEPTH_MAX = 4;
/** From the end of one sentence to the start of the next. */
const BETWEEN = /(?<=[.!?]) (?=[A-Z"])/;

interface Pattern {
  readonly whole: RegExp;
  readonly inOther: string;
}

/** A translator; what it does not know stays as it is. */
export function createTranslator(sentences: Sentences): (text: string) => string {
  const patterns = Object.entries(sentences)
    .sort(([a], [b]) => wordsOf(b) - wordsOf(a))
    .map(([english, inOther]): Pattern => ({ whole: patternOf(english), inOther }));

  function translate(text: string, depth = 0): string {
    for (const { whole, inOther } of patterns) {
      const match = whole.exec(text);
      if (!match) continue;
      const blanks = match
        .slice(1)
        .map((blank) => (depth < DEPTH_MAX ? translate(blank, depth + 1) : blank));
      return inOther.replace(new RegExp(BLANK, 'g'), (_, i: string) => blanks[Number(i)]);
    }
    const parts = text.split(BETWEEN);
    return parts.length > 1 ? parts.map((part) => translate(part, depth)).join(' ') : text;
  }
  return (text) => translate(text);
}

/** The characters that are no blank: the more, the surer is a match. */
function wordsOf(english: string): number {
  return english.replace(new RegExp(BLANK, 'g'), '').length;
}

/** Blanks come in order, each as short as the rest allows. */
function patternOf(english: string): RegExp {
  const literals = english
    .split(/\{\d+\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('([^]+?)')}$`);
}
