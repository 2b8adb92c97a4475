/** The parts of a feed's address, and its options read one by one with errors in words. */
export interface UrlParts {
  readonly url: string;
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: string;
  /** With `//` where there is a host: what follows it; else all after the colon. */
  readonly path: string;
  readonly query: string;
}

/** Written by hand since addresses of devices are none of the web: serial:COM3, topics with #. */
export function partsOf(url: string): UrlParts {
  const text = url.trim();
  const [, scheme = '', rest = ''] = /^([a-z][a-z-]*):(.*)$/is.exec(text) ?? [];
  const cut = rest.indexOf('?');
  const before = cut < 0 ? rest : rest.slice(0, cut);
  const query = cut < 0 ? '' : rest.slice(cut + 1);
  const named = { url: text, scheme: scheme.toLowerCase(), query };
  const match = /^\/\/(?:([^/@]*)@)?(\[[^\]/]*\]|[^:/]*)(?::([^/]*))?(\/.*)?$/s.exec(before);
  const bare = /^(file|folder|serial|modbus-rtu|replay|simulate)$/.test(named.scheme);
  if (!match || bare) {
    return { ...named, user: '', password: '', host: '', port: '', path: decoded(before) };
  }
  const [, login = '', host, port = '', path = ''] = match;
  const colon = login.indexOf(':');
  return {
    ...named,
    user: decoded(colon < 0 ? login : login.slice(0, colon)),
    password: colon < 0 ? '' : decoded(login.slice(colon + 1)),
    host: host.replace(/^\[|\]$/g, ''),
    port,
    path: decoded(path),
  };
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

export class UrlQuery {
  readonly #parts: UrlParts;
  readonly #example: string;
  readonly #options: { name: string; value: string; taken: boolean }[];
  readonly #known: string[] = [];

  constructor(parts: UrlParts, example: string) {
    this.#parts = parts;
    this.#example = example;
    this.#options = parts.query
      .split('&')
      .filter((option) => option !== '')
      .map((option) => {
        const cut = option.indexOf('=');
        const name = decoded(cut < 0 ? option : option.slice(0, cut));
        return { name, value: cut < 0 ? 'yes' : decoded(option.slice(cut + 1)), taken: false };
      });
  }

  /** Every value of an option that may be given several times. */
  all(name: string): string[] {
    this.#known.push(name);
    const found = this.#options.filter((option) => option.name === name);
    for (const option of found) option.taken = true;
    return found.map(({ value }) => value);
  }

  text(name: string, left: string): string {
    const values = this.all(name);
    if (values.length > 1) this.refuse(`${name} is given ${values.length} times; once is enough`);
    return values[0] ?? left;
  }

  flag(name: string): boolean {
    const value = this.text(name, 'no');
    return this.chosen(value, ['yes', 'no'] as const, name) === 'yes';
  }

  number(name: string, left: number, bounds: Bounds): number {
    return this.asNumber(name, this.text(name, String(left)), bounds);
  }

  oneOf<T extends string | number>(name: string, choices: readonly T[], left: T): T {
    return this.chosen(this.text(name, String(left)), choices, name);
  }

  chosen<T extends string | number>(value: string, choices: readonly T[], name: string): T {
    const found = choices.find((choice) => String(choice) === value);
    if (found !== undefined) return found;
    return this.refuse(`${name} is "${value}"; one of ${choices.join(', ')} was expected`);
  }

  asNumber(name: string, text: string, { min, max, whole }: Bounds): number {
    const value = text.trim() === '' ? NaN : Number(text);
    const fits = value >= min && value <= max && (!whole || Number.isInteger(value));
    if (fits) return value;
    const kind = whole ? 'a whole number' : 'a number';
    return this.refuse(`${name} is "${text}"; ${kind} from ${min} to ${max} was expected`);
  }

  /** The query as it stands, for addresses whose options are the other side's. */
  takeAll(): string {
    for (const option of this.#options) option.taken = true;
    return this.#parts.query;
  }

  /** Refuses options that nobody asked for. */
  finish(): void {
    const unknown = this.#options.find(({ taken }) => !taken);
    if (!unknown) return;
    const known = this.#known.length > 0 ? this.#known.join(', ') : 'none';
    this.refuse(`"${unknown.name}" is no option of ${this.#parts.scheme}:; it has ${known}`);
  }

  refuse(why: string): never {
    throw new RangeError(`${this.#parts.url}: ${why}. An example is ${this.#example}`);
  }
}

/** Percent signs that are no escapes stay as they are. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
