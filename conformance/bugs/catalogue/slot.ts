/** Bugs at the slot: config space, BARs, register accesses, DMA memory. Pure software. */

import { CP, NBIO, dwordAddress } from '../../../registers/amd/index.ts';
import { Config } from '../../../pcie/index.ts';
import type { DmaBuffer } from '../../../pcie/index.ts';
import type { Bug } from '../bug.ts';
import { before, instead, leaveOut } from '../deviate.ts';
import type { Plant } from '../deviate.ts';

const MEMSIZE = dwordAddress(NBIO.registers.RCC_DEV0_EPF0_RCC_CONFIG_MEMSIZE) * 4;
const CP_STAT = dwordAddress(CP.registers.CP_STAT) * 4;
/** Named in public lists, and nobody models it: GRBM_DSM_BYPASS. */
const UNMODELLED = 0x8078;

/** The CPU gives staging memory back after it has filled it and before the engine has read it. */
const freeTooEarly: Plant = () => {
  let staging: DmaBuffer | undefined;
  let copies = 0;
  return (step, run) => {
    if (step.name === 'dma: allocate' && step.args['name'] === 'staging 0') return (staging = run() as DmaBuffer);
    if (step.name === 'packet' && step.args['name'] === 'COPY_LINEAR' && copies++ === 0) staging?.free();
    return run();
  };
};

export const slotBugs: readonly Bug[] = [
  {
    id: 'bus-master-off',
    title: 'Bus Master Enable is never set',
    plant: leaveOut('config: bus master'),
    expect: {
      code: 'BUS_MASTER_OFF',
      at: /^bus address 0x/,
      because: [/doorbell 0x3 .*first fence/],
      error: 'QUEUE_HUNG',
    },
  },
  {
    id: 'dma-after-free',
    title: 'A staging buffer is freed before the engine has read it',
    plant: freeTooEarly,
    expect: {
      code: 'DMA_NOT_GRANTED',
      at: /^bus address 0x.* read/,
      because: [/DMA buffer \d+ \(staging 0\) freed .*copy in 65536/],
      error: 'DMA_FREED',
    },
  },
  {
    id: 'memory-space-off',
    title: 'Memory Space Enable is cleared on the way',
    plant: before('psp: create ring', (device) => device.config.write(Config.command, 2, 4)),
    expect: { code: 'MEMORY_SPACE_OFF', at: /BAR5 MP0_SMN_C2PMSG_69 .*psp: ring/, error: 'DEVICE_GONE' },
  },
  {
    id: 'power-state',
    title: 'The card is put into D3hot and not taken out again',
    plant: before('psp: create ring', (device) => device.config.write(powerControl(device.config), 2, 3)),
    expect: { code: 'MEMORY_SPACE_OFF', at: /BAR5 MP0_SMN_C2PMSG_69 .*psp: ring/, error: 'DEVICE_GONE' },
  },
  {
    id: 'mmio-two-bytes',
    title: 'A register is read with two bytes',
    plant: before('mec: enable', (device) => void device.bar(5).read(CP_STAT, 2)),
    expect: { code: 'ACCESS_WIDTH', at: /BAR5 CP_STAT read .*gfx: start compute/ },
  },
  {
    id: 'mmio-two-bytes-store',
    title: 'A register is stored with two bytes',
    plant: before('mec: enable', (device) => device.bar(5).write(MEMSIZE, 2, 0)),
    expect: { code: 'ACCESS_WIDTH', at: /BAR5 RCC_DEV0_EPF0_RCC_CONFIG_MEMSIZE write .*gfx: start compute/ },
  },
  {
    id: 'write-to-read-only',
    title: 'The size of memory is stored to',
    plant: before('nbio: doorbell aperture', (device) => device.bar(5).write32(MEMSIZE, 0x1000)),
    expect: { code: 'WRITE_TO_READ_ONLY', at: /RCC_CONFIG_MEMSIZE write 0x1000 .*nbio/ },
  },
  {
    id: 'undeclared-register',
    title: 'An address is stored to at which no register is',
    plant: before('nbio: doorbell aperture', (device) => device.bar(5).write32(0x20, 1)),
    expect: { code: 'UNDECLARED_REGISTER', at: /BAR5 0x20 write 0x1 .*nbio/ },
  },
  {
    id: 'unmodelled-register',
    title: 'A register is stored to that exists and is not modelled',
    plant: before('nbio: doorbell aperture', (device) => device.bar(5).write32(UNMODELLED, 1)),
    expect: { code: 'UNMODELLED_REGISTER', at: /BAR5 GRBM_DSM_BYPASS write 0x1 .*nbio/ },
  },
  {
    id: 'vram-past-end',
    title: 'The CPU stores past the end of VRAM',
    plant: before('nbio: doorbell aperture', (device) => device.bar(0).write32(24_560 * 2 ** 20, 1)),
    expect: { code: 'VRAM_BEYOND_END', at: /VRAM 0x5ff000000 write 0x1 .*nbio/ },
  },
  {
    id: 'protected-memory',
    title: 'The CPU stores into the memory that it gave to the PSP',
    plant: before('psp: autoload', (device) => device.bar(0).write32(0x20_0000, 1)),
    expect: { code: 'PROTECTED_MEMORY', at: /VRAM 0x200000 write 0x1 .*psp: autoload/ },
  },
  {
    id: 'doorbell-narrow',
    title: 'A doorbell is rung with four bytes',
    plant: instead('queue: doorbell', ({ offset, value }, _run, device) => device.bar(2).write32(offset, value)),
    expect: { code: 'DOORBELL_NARROW', at: /doorbell 0x3 .*write 0x8 .*first fence/ },
  },
];

/** Byte offset of PMCSR: two registers after the capability with id 1. */
function powerControl(config: { read(offset: number, width: 1): number }): number {
  let at = config.read(Config.capabilities, 1);
  while (at !== 0 && config.read(at, 1) !== 1) at = config.read(at + 1, 1);
  return at + 4;
}
