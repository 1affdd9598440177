/**
 * The shortest driver of the PSP, for tests: cuts payloads out of files by the offsets of the fact tables, not by this
 * project's parsers, and speaks to the mailbox as public drivers do.
 *
 * Pure software.
 */

import { MP0 } from '../../../../registers/amd/mp0.ts';
import { FB_BASE } from './card.ts';
import type { TestCard } from './card.ts';

const R = MP0.registers;

export const STAGING = 0x10_0000;
export const COMMAND = 0x8_5000;
export const FENCE = 0x8_6000;
export const RING = 0x8_7000;
export const RING_BYTES = 0x1_0000;
export const TMR = 0x20_0000;

/** Payloads by short name. */
export function payloads(files: ReadonlyMap<string, Uint8Array>): Record<string, Uint8Array> {
  const out: Record<string, Uint8Array> = {};
  const file = (name: string) => {
    const bytes = files.get(name)!;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return {
      u32: (at: number) => view.getUint32(at, true),
      cut: (at: number, size: number) => bytes.slice(at, at + size),
    };
  };
  const sos = file('psp_13_0_0_sos.bin');
  const names = ['', 'SOS', 'SYS_DRV', 'KDB', 'TOC', 'SPL', 'RL'];
  for (let i = 0; i < sos.u32(0x20); i++) {
    const at = 0x24 + i * 16;
    out[names[sos.u32(at)]!] = sos.cut(sos.u32(0x18) + sos.u32(at + 8), sos.u32(at + 12));
  }
  const smu = file('smu_13_0_0.bin');
  out['SMU'] = smu.cut(smu.u32(0x18), smu.u32(0x14));
  const sdma = file('sdma_6_0_0.bin');
  out['TH0'] = sdma.cut(sdma.u32(0x18), sdma.u32(0x24));
  out['TH1'] = sdma.cut(sdma.u32(0x30), sdma.u32(0x34));
  const mec = file('gc_11_0_0_mec.bin');
  out['MEC'] = mec.cut(mec.u32(0x28), mec.u32(0x24));
  out['MEC_STACK'] = mec.cut(mec.u32(0x30), mec.u32(0x2c));
  const imu = file('gc_11_0_0_imu.bin');
  out['IMU_I'] = imu.cut(imu.u32(0x18), imu.u32(0x20));
  out['IMU_D'] = imu.cut(imu.u32(0x18) + imu.u32(0x20), imu.u32(0x28));
  const rlc = file('gc_11_0_0_rlc.bin');
  out['RLC_G'] = rlc.cut(rlc.u32(0x18), rlc.u32(0x14));
  out['RLC_IRAM'] = rlc.cut(rlc.u32(0xa0), rlc.u32(0x9c));
  out['RLC_DRAM'] = rlc.cut(rlc.u32(0xa8), rlc.u32(0xa4));
  out['RLC_P'] = rlc.cut(rlc.u32(0xb8), rlc.u32(0xb4));
  out['RLC_V'] = rlc.cut(rlc.u32(0xc8), rlc.u32(0xc4));
  return out;
}

/** What is loaded after SETUP_TMR, in the order of a known good boot. */
export const firmwareOrder: readonly (readonly [type: number, payload: string])[] = [
  [72, 'TH1'],
  [71, 'TH0'],
  [89, 'MEC'],
  [94, 'MEC_STACK'],
  [68, 'IMU_I'],
  [69, 'IMU_D'],
  [26, 'RLC_IRAM'],
  [48, 'RLC_DRAM'],
  [25, 'RLC_P'],
  [7, 'RLC_V'],
  [8, 'RLC_G'],
];

/** Lets time pass until nothing is pending. */
export function settle(t: TestCard): void {
  for (let i = 0; i < 10_000 && t.machine.events.pending > 0; i++) t.machine.events.advanceTo(t.machine.events.nextNs);
}

export function stage(t: TestCard, command: number, image: Uint8Array, at = STAGING): number {
  t.store(at, image);
  t.card.hdp.flush();
  t.write(R.MP0_SMN_C2PMSG_36, Math.floor((FB_BASE + at) / 0x10_0000));
  t.write(R.MP0_SMN_C2PMSG_35, command);
  settle(t);
  return t.read(R.MP0_SMN_C2PMSG_35);
}

/** KDB, SPL (which is the KDB again), SYS_DRV, SOS. */
export function bootSos(t: TestCard, p: Record<string, Uint8Array>): void {
  stage(t, 0x8_0000, p['KDB']!);
  stage(t, 0x1000_0000, p['KDB']!);
  stage(t, 0x1_0000, p['SYS_DRV']!);
  stage(t, 0x2_0000, p['SOS']!);
}

export function createRing(t: TestCard, type = 2, bytes = RING_BYTES): number {
  t.write(R.MP0_SMN_C2PMSG_69, (FB_BASE + RING) % 2 ** 32);
  t.write(R.MP0_SMN_C2PMSG_70, Math.floor((FB_BASE + RING) / 2 ** 32));
  t.write(R.MP0_SMN_C2PMSG_71, bytes);
  t.write(R.MP0_SMN_C2PMSG_64, type << 16);
  settle(t);
  return t.read(R.MP0_SMN_C2PMSG_64);
}

export interface Answer {
  readonly fence: number;
  readonly status: number;
  readonly session: number;
  readonly address: number;
  readonly tmrBytes: number;
  readonly extra: number;
}

/** Sends one command; `words` begin at 0x1c of the command buffer. */
export function submit(
  t: TestCard,
  id: number,
  words: readonly number[],
  frame: { fence?: number; vmid?: number; at?: number } = {},
): Answer {
  const wptr = t.read(R.MP0_SMN_C2PMSG_67);
  const command = new Uint8Array(1024);
  const c = new DataView(command.buffer);
  c.setUint32(8, id, true);
  words.forEach((word, i) => c.setUint32(0x1c + i * 4, word >>> 0, true));
  c.setUint32(0x360, 0xdead_dead, true);
  const bytes = new Uint8Array(64);
  const f = new DataView(bytes.buffer);
  const fence = frame.fence ?? FB_BASE + FENCE;
  const at = frame.at ?? FB_BASE + COMMAND;
  f.setUint32(0, at % 2 ** 32, true);
  f.setUint32(4, Math.floor(at / 2 ** 32), true);
  f.setUint32(0xc, fence % 2 ** 32, true);
  f.setUint32(0x10, Math.floor(fence / 2 ** 32), true);
  f.setUint32(0x14, wptr + 1, true);
  f.setUint8(0x20, frame.vmid ?? 0);
  t.store(COMMAND, command);
  t.store(RING + wptr * 4, bytes);
  t.write(R.MP0_SMN_C2PMSG_67, wptr + 16);
  settle(t);
  const r = new DataView(t.load(COMMAND + 0x360, 96).buffer);
  return {
    fence: new DataView(t.load(FENCE, 4).buffer).getUint32(0, true) - wptr,
    status: r.getUint32(0, true),
    session: r.getUint32(4, true),
    address: r.getUint32(0xc, true) * 2 ** 32 + r.getUint32(8, true),
    tmrBytes: r.getUint32(0x10, true),
    extra: r.getUint32(64, true),
  };
}

const lo = (mc: number): number => mc % 2 ** 32;
const hi = (mc: number): number => Math.floor(mc / 2 ** 32);

export function loadToc(t: TestCard, toc: Uint8Array, size = toc.length): Answer {
  t.store(STAGING, toc);
  t.card.hdp.flush();
  return submit(t, 0x20, [lo(FB_BASE + STAGING), hi(FB_BASE + STAGING), size]);
}

export function setupTmr(t: TestCard, bytes: number, mc = FB_BASE + TMR, system = mc - FB_BASE): Answer {
  return submit(t, 5, [lo(mc), hi(mc), bytes, 2, lo(system), hi(system)]);
}

export function loadFirmware(t: TestCard, type: number, image: Uint8Array, size = image.length): Answer {
  t.store(STAGING, image);
  t.card.hdp.flush();
  return submit(t, 6, [lo(FB_BASE + STAGING), hi(FB_BASE + STAGING), size, type]);
}

/** Everything up to AUTOLOAD_RLC. */
export function fullBoot(t: TestCard, p: Record<string, Uint8Array>): Answer {
  bootSos(t, p);
  createRing(t);
  const { tmrBytes } = loadToc(t, p['TOC']!);
  loadFirmware(t, 18, p['SMU']!);
  setupTmr(t, tmrBytes);
  for (const [type, name] of firmwareOrder) loadFirmware(t, type, p[name]!);
  return submit(t, 0x21, []);
}
