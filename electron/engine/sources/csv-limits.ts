/** Every limit of the CSV reader, in one place. */
export const CSV_LIMITS = {
  /** Read from the file at once. */
  chunkBytes: 1024 * 1024,
  /** Looked at before the import. */
  sampleBytes: 256 * 1024,
  sampleRows: 1000,
  previewRows: 50,
  /** A line longer than this is no table. */
  lineChars: 1024 * 1024,
  /** Rows that travel together. */
  batchRows: 16_384,
  /** Batches on their way before the reader waits. */
  batchesInFlight: 2,
  quarantineRowsAtOnce: 500,
  quarantineTextChars: 500,
  /** Rows before too many bad ones end the import. */
  verdictRows: 1000,
  /** Rows from which the period is estimated. */
  periodRows: 4096,
} as const;
