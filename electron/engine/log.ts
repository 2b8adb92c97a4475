/** The application's voice: plain lines. Standard output belongs to commands. */
let write = (text: string): void => void process.stderr.write(text);

export const log = {
  /** Where lines go from now on; standard error until then. */
  to(sink: (text: string) => void): void {
    write = sink;
  },

  info(message: string): void {
    write(`offbeat: ${message}\n`);
  },

  error(message: string, cause?: unknown): void {
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : cause;
    write(`offbeat: ${message}${detail === undefined ? '' : `\n${String(detail)}`}\n`);
  },
};
