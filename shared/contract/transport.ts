/** A wire between two processes: two methods; whatever is clever goes above or below. */
export interface Transport {
  /** Sends one structured-cloneable message. */
  send(message: unknown): void;
  /** Sets the only listener. */
  onMessage(listener: (message: unknown) => void): void;
}
