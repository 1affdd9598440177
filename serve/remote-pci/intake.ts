/**
 * Reads a connection straight into memory that its reader names, instead of into a fresh buffer every time.
 *
 * `node:net` can do that (`onread`), but only for sockets that one makes oneself. So the accepted connection's handle
 * moves to a socket of our own; the accepted one stays behind as what its server counts. How a handle is passed on is not
 * documented: where it is not found as expected, the pieces come as `data` events, slower and otherwise the same.
 *
 * Pure software.
 */

import { Socket } from 'node:net';
import type { OnReadOpts, SocketConstructorOpts } from 'node:net';

export interface Intake {
  /** Where the next bytes shall go; asked again after every `came`. */
  room(): Uint8Array;
  /** So many bytes have come into the last room. They are looked at before more are read, unless the socket is paused. */
  came(bytes: number): void;
  /** Bytes in memory of somebody else's, which stays as it is. */
  feed(piece: Uint8Array): void;
}

interface Handled {
  _handle?: { readonly useUserBuffer?: unknown } | null;
}

/** Bytes of `accepted`, which does not read yet (`pauseOnConnect`), go to `intake`. Returns the socket to use from now on. */
export function takeIn(accepted: Socket, intake: Intake): Socket {
  const handle = (accepted as Handled)._handle;
  if (typeof handle?.useUserBuffer !== 'function') {
    accepted.on('data', (piece: Buffer) => intake.feed(piece));
    accepted.resume();
    return accepted;
  }
  const options: SocketConstructorOpts & { handle: unknown; onread: OnReadOpts } = {
    handle,
    onread: {
      buffer: () => intake.room(),
      callback: (bytes) => {
        intake.came(bytes);
        return true; // whoever wants no more pauses the socket
      },
    },
  };
  (accepted as Handled)._handle = null;
  const socket = new Socket(options);
  socket.once('close', () => accepted.destroy());
  return socket;
}
