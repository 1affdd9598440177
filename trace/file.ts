/**
 * Trace files on disk.
 *
 * Pure software.
 */

import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { EmptyslotError } from '../pcie/index.ts';
import type { TraceHeader } from './format.ts';
import { TraceReader } from './reader.ts';
import type { TraceRing } from './ring.ts';
import { TraceWriter } from './writer.ts';
import type { TraceWriterOptions } from './writer.ts';

/** Frames are gathered up to this before they are written. */
const GATHER_BYTES = 0x4_0000;

export interface Recording {
  /** Writes what is left and closes the file. `findings`: how often each code was reported. */
  close(findings?: Readonly<Record<string, number>>): void;
  /** Everything recorded so far is in the file when it returns. */
  flush(): void;
  /** Bytes of the file so far. */
  readonly bytes: number;
}

/**
 * Records a ring into the file `path` (overwritten), from now until `close`.
 *
 * @throws EmptyslotError `TRACE_INVALID` when the file cannot be made.
 */
export function recordToFile(
  ring: TraceRing,
  path: string,
  header: Omit<TraceHeader, 'schema'>,
  options: TraceWriterOptions = {},
): Recording {
  let file: number;
  try {
    file = openSync(path, 'w');
  } catch (cause) {
    throw new EmptyslotError('TRACE_INVALID', `cannot write the trace to ${path}`, { cause });
  }
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let bytes = 0;
  const write = (): void => {
    for (const part of waiting) {
      for (let done = 0; done < part.length;) done += writeSync(file, part, done);
    }
    waiting = [];
    waitingBytes = 0;
  };
  const writer = new TraceWriter(
    (part) => {
      waiting.push(part);
      waitingBytes += part.length;
      bytes += part.length;
      if (waitingBytes >= GATHER_BYTES) write();
    },
    header,
    options,
  );
  ring.attach(writer);
  let open = true;
  return {
    get bytes() {
      return bytes;
    },
    flush(): void {
      if (!open) return;
      ring.drain();
      write();
    },
    close(findings): void {
      if (!open) return;
      open = false;
      ring.attach(undefined);
      writer.end(findings);
      write();
      closeSync(file);
    },
  };
}

/**
 * Opens a trace file. The reader reads from the file as it goes; `close` ends that.
 *
 * @throws EmptyslotError `TRACE_INVALID` when it is not there or no trace.
 */
export function openTraceFile(path: string): { reader: TraceReader; close(): void } {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new EmptyslotError('TRACE_INVALID', `cannot read the trace ${path}`, { cause });
  }
  try {
    const { size } = fstatSync(file);
    const reader = new TraceReader({
      bytes: size,
      read(offset, length) {
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
        let done = 0;
        while (done < bytes.length) {
          const got = readSync(file, bytes, done, bytes.length - done, offset + done);
          if (got === 0) break;
          done += got;
        }
        return bytes.subarray(0, done);
      },
    });
    return { reader, close: () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
