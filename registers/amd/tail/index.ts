/**
 * The long tail: registers that a driver may touch and the model knows nothing of but their names and fields.
 *
 * Pure software over the tables of this folder.
 */

import type { RegisterBlock } from '../../language.ts';
import { gcRest } from './gc.ts';
import { mmhubRest } from './mmhub.ts';
import { nbioRest } from './nbio.ts';
import { athubRest, hdpRest, mpRest, osssysRest, smuio, thm } from './small.ts';

/** Reads every table anew, some milliseconds; whoever asks often keeps the answer. */
export function unmodelledBlocks(): readonly RegisterBlock[] {
  return [nbioRest(), hdpRest(), mmhubRest(), gcRest(), osssysRest(), mpRest(), athubRest(), thm(), smuio()];
}
