/** How the lanes of a stream are laid out. */

export interface LaneLayout {
  /** Channels in the order of their lanes; those it does not name follow. */
  readonly order: readonly string[];
  readonly hidden: readonly string[];
  /** Channels that stand under a heading, by channel. */
  readonly groups: Readonly<Record<string, string>>;
  /** Headings whose lanes are folded away. */
  readonly folded: readonly string[];
  /** Scales that stay as they are: [lowest, highest] value by channel. */
  readonly scales: Readonly<Record<string, readonly [number, number]>>;
  /** A table of all values stands beside the cursor. */
  readonly showsTable: boolean;
}

export const PLAIN_LAYOUT: LaneLayout = {
  ...{ order: [], hidden: [], groups: {}, folded: [], scales: {} },
  showsTable: true,
};
