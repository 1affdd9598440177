/** What a planted bug is: data, and one deviation. Pure software. */

import type { ErrorCode } from '../../pcie/index.ts';
import type { TargetOptions } from '../targets.ts';
import type { Plant } from './deviate.ts';

/** What the judge has to say first. Texts are matched against `where what [step]` of a finding's evidence. */
export interface ExpectedFinding {
  readonly code: string;
  /** Register, packet or memory that reveals it. */
  readonly at: RegExp;
  /** What caused it, each to be found among the evidence. */
  readonly because?: readonly RegExp[];
  /** Error the driver ends with, where it does. */
  readonly error?: ErrorCode;
}

/** A deviation that a device cannot know to be wrong: the driver itself has to notice. */
export interface ExpectedError {
  readonly error: ErrorCode;
  readonly message: RegExp;
  /** Thrown before the device was told anything: nothing but reads crossed the slot. */
  readonly untouched?: boolean;
}

export interface Bug {
  readonly id: string;
  readonly title: string;
  /** Makes the driver another good driver first: without the plant there is nothing to find. */
  readonly given?: Plant;
  readonly plant?: Plant;
  /** Damages a firmware file before the driver gets it. `bytes` is a copy. */
  readonly firmware?: (name: string, bytes: Uint8Array) => Uint8Array;
  readonly target?: TargetOptions;
  readonly expect: ExpectedFinding | ExpectedError;
}
