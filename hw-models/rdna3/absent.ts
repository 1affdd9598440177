/**
 * Blocks that do not answer: what a card is put together with where a part of it is left out on purpose (a test of
 * one block alone). Pure software.
 */

import type { Cp, Gfx, Ih, Psp, Sdma, Smu } from './blocks.ts';

const reset = (): void => {};

export const absent: {
  readonly ih: Ih;
  readonly psp: Psp;
  readonly smu: Smu;
  readonly gfx: Gfx;
  readonly cp: Cp;
  readonly sdma: Sdma;
} = {
  ih: { reset, raise: () => {}, doorbell: () => false },
  psp: { reset, loaded: () => false, alive: false },
  smu: { reset, firmwareLoaded: () => {}, alive: false },
  gfx: {
    reset,
    autoload: () => {},
    ready: false,
    select: { me: 0, pipe: 0, queue: 0, vmid: 0 },
    shMemBases: () => 0,
    shMemConfig: () => 0,
  },
  cp: { reset, doorbell: () => false, softReset: () => {} },
  sdma: { reset, doorbell: () => false, softReset: () => {} },
};
