/**
 * A report inside this window. It is shown in a frame where no script runs, and which takes over
 * this page's policy: no style in its text would hold. What its author wrote as style is therefore
 * taken out of the text and given to the frame's document as objects, which no policy forbids.
 */

export interface ReportPage {
  /** Without style in its text. */
  readonly html: string;
  readonly css: string;
}

const STYLE_ELEMENTS = /<style[^>]*>([\s\S]*?)<\/style>/gi;
const STYLE_ATTRIBUTES = /(<[^>]*?)\sstyle="/gi;

export function reportPage(text: string): ReportPage {
  const css = [...text.matchAll(STYLE_ELEMENTS)].map(([, rules]) => rules).join('\n');
  const html = text.replace(STYLE_ELEMENTS, '').replace(STYLE_ATTRIBUTES, '$1 data-style="');
  return { html, css };
}

/** Once the frame has loaded; it must share this page's origin, and run no script. */
export function dress(frame: HTMLIFrameElement, css: string): void {
  const page = frame.contentDocument;
  const Sheet = (frame.contentWindow as (Window & typeof globalThis) | null)?.CSSStyleSheet;
  if (!page || !Sheet) return;
  const sheet = new Sheet();
  sheet.replaceSync(css);
  page.adoptedStyleSheets = [sheet];
  for (const element of page.querySelectorAll<HTMLElement>('[data-style]')) {
    element.style.cssText = element.dataset['style'] ?? '';
  }
}
