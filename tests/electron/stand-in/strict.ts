/** What the stand-in does not have must not be mistaken for something that is false. */
const ASKED_BY_LANGUAGE = new Set(['then', 'toJSON', 'constructor', 'nodeType', 'tagName']);

/** The object, but a property that it lacks throws by its name. */
export function strict<T extends object>(name: string, object: T): T {
  return new Proxy(object, {
    get(target, key, receiver) {
      if (typeof key === 'string' && !(key in target) && !ASKED_BY_LANGUAGE.has(key)) {
        throw new Error(`The stand-in for Electron has no ${name}.${key}.`);
      }
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
}
