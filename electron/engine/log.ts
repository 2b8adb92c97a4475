/** The engine's only voice: plain lines on standard error; standard output belongs to commands. */
export const log = {
  error(message: string, cause?: unknown): void {
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : cause;
    process.stderr.write(
      `offbeat: ${message}${detail === undefined ? '' : `\n${String(detail)}`}\n`,
    );
  },
};
