/** The one address of the page: a scheme of its own, never a file. */
export const SCHEME = 'app';
export const HOST = 'offbeat';
export const ORIGIN = `${SCHEME}://${HOST}`;

/** Where reports lie while they are printed: another origin, which no call is answered to. */
export const REPORT_HOST = 'report';
export const REPORT_ORIGIN = `${SCHEME}://${REPORT_HOST}`;
