/**
 * Every failure a driver, a transport or a server can hit is one of these: a stable code, the step it
 * happened in, what was expected and last seen, the virtual time, and the first cause.
 */

export type ErrorCode =
  | 'DEVICE_GONE' // unplugged, reset, or reading all ones for good
  | 'DEVICE_TIMEOUT' // a wait ran out of its time
  | 'WAIT_NEVER_ENDS' // nothing pending can ever change what is waited for
  | 'ACCESS_UNSUPPORTED' // wrong width, alignment, or a region that cannot do it
  | 'ACCESS_OUT_OF_RANGE'
  | 'BAR_ABSENT'
  | 'DMA_EXHAUSTED' // no host memory left for the device
  | 'DMA_FREED' // a buffer used after free()
  | 'DMA_FAULT' // IOMMU refused the device's access
  | 'ARENA_FULL' // the machine's backing memory is used up
  | 'FIRMWARE_MISSING'
  | 'FIRMWARE_INVALID' // a container that is truncated, inconsistent or damaged
  | 'FIRMWARE_REFUSED' // the device said no
  | 'DEVICE_UNSUPPORTED'
  | 'DISCOVERY_INVALID'
  | 'OUT_OF_VRAM'
  | 'OUT_OF_ADDRESSES'
  | 'MAPPING_INVALID'
  | 'QUEUE_FULL'
  | 'QUEUE_HUNG'
  | 'GPU_FAULT' // page fault, illegal instruction, bad packet
  | 'CODE_OBJECT_INVALID'
  | 'LAUNCH_INVALID'
  | 'TRACE_INVALID'
  | 'REPLAY_DIFFERS'
  | 'CONFIG_INVALID'
  | 'PROTOCOL_VIOLATION'
  | 'FATAL_FINDING' // strictness `fatal` turned a finding into a throw
  | 'INTERNAL';

export interface ErrorDetails {
  /** The nested steps that were open, outermost first, joined by ` › `. */
  readonly step?: string;
  readonly expected?: string;
  readonly lastSeen?: string;
  /** Virtual time of the device's clock in ns. */
  readonly timeNs?: number;
  readonly cause?: unknown;
  /** Anything else worth printing, by name. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

/** The one error class of the house. `message` is a sentence; everything else is data. */
export class EmptyslotError extends Error {
  readonly code: ErrorCode;
  readonly step: string;
  readonly expected: string | undefined;
  readonly lastSeen: string | undefined;
  readonly timeNs: number | undefined;
  readonly facts: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'EmptyslotError';
    this.code = code;
    this.step = details.step ?? '';
    this.expected = details.expected;
    this.lastSeen = details.lastSeen;
    this.timeNs = details.timeNs;
    this.facts = details.facts ?? {};
  }

  /** Plain data for `--json` and for the wire. */
  toJSON(): Record<string, unknown> {
    const { code, message, step, expected, lastSeen, timeNs, facts } = this;
    const first = firstCause(this);
    return {
      code,
      message,
      step,
      expected,
      lastSeen,
      timeNs,
      facts,
      firstCause: first === this ? undefined : String(first),
    };
  }
}

/** Innermost `cause` of an error: what really happened first. */
export function firstCause(error: unknown): unknown {
  let at = error;
  while (at instanceof Error && at.cause !== undefined) at = at.cause;
  return at;
}

export function isEmptyslotError(error: unknown, code?: ErrorCode): error is EmptyslotError {
  return error instanceof EmptyslotError && (code === undefined || error.code === code);
}
