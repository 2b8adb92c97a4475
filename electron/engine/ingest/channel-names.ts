/** Names as a device writes them become channels: "p1 (bar)" is p1 in bar. */
import { splitUnit } from '../../../shared/decode/header.ts';
import type { Channel } from '../../../shared/domain/stream.ts';

export class ChannelNames {
  private readonly channelOf = new Map<string, Channel>();
  private readonly taken = new Set<string>();

  /** The channel of each name; where two would be called alike the later keeps its unit. */
  channels(names: readonly string[]): Channel[] {
    return names.map((name) => this.channelOf.get(name) ?? this.adopt(name));
  }

  private adopt(written: string): Channel {
    const { name, unit } = splitUnit(written);
    const free = name !== '' && !this.taken.has(name);
    const channel = free ? { name, unit } : { name: written.trim() || 'value', unit: '' };
    this.taken.add(channel.name);
    this.channelOf.set(written, channel);
    return channel;
  }
}
