/**
 * The blocks of the driver put together: one object a block of the card, and what they share.
 */

import { Compute } from './compute.ts';
import type { Context } from './context.ts';
import type { CardFirmware } from './firmware.ts';
import { Gfx } from './gfx.ts';
import { Gmc } from './gmc.ts';
import { Hdp } from './hdp.ts';
import { Ih } from './ih.ts';
import { MemoryManager } from './memory.ts';
import { Nbio } from './nbio.ts';
import { Psp } from './psp.ts';
import { Recovery } from './recovery.ts';
import { Sdma } from './sdma.ts';
import { Smu } from './smu.ts';

export interface Parts {
  readonly hdp: Hdp;
  readonly nbio: Nbio;
  readonly gmc: Gmc;
  readonly ih: Ih;
  readonly psp: Psp;
  readonly smu: Smu;
  readonly memory: MemoryManager;
  readonly gfx: Gfx;
  readonly sdma: Sdma;
  readonly compute: Compute;
  readonly recovery: Recovery;
}

export function makeParts(context: Context, vramBytes: number, firmware: CardFirmware): Parts {
  const hdp = new Hdp(context);
  const nbio = new Nbio(context);
  const gmc = new Gmc(context, hdp);
  const ih = new Ih(context, gmc);
  const psp = new Psp(context, gmc, hdp);
  const smu = new Smu(context, gmc);
  const memory = new MemoryManager(context, gmc, vramBytes);
  const gfx = new Gfx(context, gmc, hdp, memory, nbio, firmware.mecStart);
  const sdma = new Sdma(context, hdp, memory, nbio);
  const compute = new Compute(context, memory, gfx);
  const recovery = new Recovery({ context, gmc, ih, gfx, sdma, memory });
  return { hdp, nbio, gmc, ih, psp, smu, memory, gfx, sdma, compute, recovery };
}
