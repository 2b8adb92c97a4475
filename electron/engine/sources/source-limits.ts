/** Every bound and time-out of the live sources. */
export interface SourceLimits {
  /** Waits before connecting again: doubled from the first to the longest, half of it random. */
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  readonly connectMs: number;
  /** Silence after which the other side is asked whether it is still there. */
  readonly keepAliveMs: number;
  /** What waits for a reader that is slower than the source. */
  readonly queuePieces: number;
  readonly queueBytes: number;
  readonly connectionsMax: number;
  /** How often a file is looked at, and a folder. */
  readonly filePollMs: number;
  readonly folderPollMs: number;
  /** A last line without an end is taken as whole after so much silence. */
  readonly fileSettleMs: number;
  readonly fileChunkBytes: number;
  readonly folderFilesMax: number;
  readonly httpBodyBytes: number;
  readonly httpHeadersMs: number;
  readonly httpRequestMs: number;
  /** For the rows of a body to be stored. */
  readonly httpStoreMs: number;
  readonly messageBytes: number;
  /** How often it is looked whether a serial port is still there. */
  readonly serialCheckMs: number;
  readonly modbusReplyMs: number;
  readonly replayBatchMs: number;
}

export const SOURCE_LIMITS: SourceLimits = {
  retryFirstMs: 500,
  retryMaxMs: 30_000,
  connectMs: 10_000,
  keepAliveMs: 15_000,
  queuePieces: 10_000,
  queueBytes: 8 * 1024 * 1024,
  connectionsMax: 64,
  filePollMs: 200,
  folderPollMs: 1000,
  fileSettleMs: 5000,
  fileChunkBytes: 256 * 1024,
  folderFilesMax: 100_000,
  httpBodyBytes: 8 * 1024 * 1024,
  httpHeadersMs: 10_000,
  httpRequestMs: 30_000,
  httpStoreMs: 30_000,
  messageBytes: 8 * 1024 * 1024,
  serialCheckMs: 500,
  modbusReplyMs: 2000,
  replayBatchMs: 50,
};
