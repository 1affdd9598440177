/**
 * Mode-1 reset: the power controller restarts the whole card. Its place in the slot stays (BARs, configuration), its
 * memory is lost, the secure OS is gone and the bootloader waits.
 *
 * Fidelity: from-public-source. Message, order and half a second as public drivers have them.
 */

import { Command, Config } from '../../pcie/index.ts';
import type { Context } from './context.ts';
import type { Parts } from './parts.ts';
import { MODE1_RESET_NS } from './smu.ts';

/** Lets the card reach host memory, or cuts it off. */
export function setBusMaster(context: Context, enable: boolean): void {
  const { config } = context.device;
  context.step('config: bus master', { enable }, (args) => {
    const command = config.read(Config.command, 2);
    config.write(Config.command, 2, args.enable ? command | Command.busMaster : command & ~Command.busMaster);
  });
}

/**
 * Resets the card. Nothing of a driver survives; the card is cut off from host memory.
 *
 * @throws EmptyslotError `FIRMWARE_REFUSED` when nobody on the card takes the message, `DEVICE_GONE` when the card does
 *   not come back.
 */
export async function mode1Reset(context: Context, { smu, psp }: Pick<Parts, 'smu' | 'psp'>): Promise<void> {
  if (!(await smu.alive())) {
    throw context.error(
      'FIRMWARE_REFUSED',
      'another driver has booted this card and its power controller does not answer: reset the slot, then open it again',
      { expected: 'an answer to GetSmuVersion' },
    );
  }
  setBusMaster(context, false);
  smu.startMode1Reset();
  await context.settle(MODE1_RESET_NS);
  context.waiter.checkAlive('the card to come back from its reset');
  await context.until(
    'the secure OS to be gone',
    () => (psp.alive() ? 1 : 0),
    (v) => v === 0,
    { register: 'MP0_SMN_C2PMSG_81', wanted: '0' },
  );
}
