/** path: null when there is none; how: where it is from, or what would bring it. */
export function findMosquitto(): { readonly path: string | null; readonly how: string };
