/**
 * PSP 13.0, the platform security processor: loads and judges everybody's firmware.
 *
 * Two lives on one mailbox: first the bootloader (`bootloader.ts`), then the secure OS with its ring (`ring.ts`,
 * `commands.ts`). What makes an image good is in `image.ts`. Not modelled: signatures of real images, anti-rollback,
 * guests (C2PMSG_101 to 103), interrupts towards the host, the contents of the protected region.
 *
 * Source: public drivers' sequences and the public interface header; headers of the real images.
 *
 * Fidelity: from-public-source. Refusals, status values and times are guessed, each where it is made.
 */

import type { Card, CardReset, Psp } from '../blocks.ts';
import { attachBootloader, bootDone, bootFetch, bootloaderReady } from './bootloader.ts';
import { PspEvent, createContext } from './context.ts';
import type { PspContext } from './context.ts';
import { attachRing, control, frame, sosReady } from './ring.ts';

export { pspRules } from './rules.ts';

/** Makes the PSP of `card` and attaches its registers. */
export function createPsp(card: Card): Psp {
  const psp = createContext(card);
  psp.target = card.slot.events.define(`card ${card.slot.card} psp`, (kind, a, b) => {
    switch (kind) {
      case PspEvent.bootFetch:
        return bootFetch(psp, a);
      case PspEvent.bootDone:
        return bootDone(psp, a, b);
      case PspEvent.sosReady:
        return sosReady(psp);
      case PspEvent.control:
        return control(psp, a);
      case PspEvent.frame:
        return frame(psp, a, b);
      case PspEvent.modeOneReset:
        return card.reset('mode1');
    }
  });
  attachBootloader(psp);
  attachRing(psp);
  bootloaderReady(psp);
  return {
    reset: (kind) => reset(psp, kind),
    loaded: (type) => psp.loaded[type] === 1,
    get alive() {
      return psp.s.alive !== 0;
    },
  };
}

/** Anything but a reset of the graphics block alone kills the secure OS; the bootloader is back. */
function reset(psp: PspContext, kind: CardReset): void {
  if (kind === 'gfx') return;
  const { card, s } = psp;
  card.slot.events.cancel(psp.target);
  if (s.tmr !== 0) card.gmc.protect(s.tmrOffset, 0);
  for (const key of Object.keys(s) as (keyof typeof s)[]) s[key] = 0;
  psp.loaded.fill(0);
  psp.tocRoom.fill(0);
  psp.tocOffset.fill(0);
  psp.open.fill(0);
  card.regs.reset((register) => register.block === 'MP0');
  bootloaderReady(psp);
}
