/** The one address of the page: a scheme of its own, never a file. */
export const SCHEME = 'app';
export const HOST = 'offbeat';
export const ORIGIN = `${SCHEME}://${HOST}`;
