/** A WebSocket of the ws package as a Transport: one binary frame a message. */
import { WebSocket } from 'ws';
import { decodeFrame, encodeFrame } from '../../shared/contract/codec.ts';
import type { Transport } from '../../shared/contract/transport.ts';

const utf8 = {
  encode: (text: string): Uint8Array => Buffer.from(text, 'utf8'),
  decode: (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8'),
};
const BAD_FRAME = 1003;

/** A frame that cannot be read closes the socket: its sender is not ours. */
export function socketTransport(socket: WebSocket): Transport {
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeFrame(message, utf8));
    },
    onMessage: (listener) => {
      socket.on('message', (data, isBinary) => {
        if (!isBinary) return socket.close(BAD_FRAME, 'binary frames only');
        let message: unknown;
        try {
          message = decodeFrame(new Uint8Array(data as Buffer), utf8);
        } catch {
          return socket.close(BAD_FRAME, 'not a frame');
        }
        listener(message);
      });
    },
  };
}
