/**
 * The forge: firmware files for a Navi31 that contain no vendor's code.
 *
 * Containers have the real structure, payloads the real header; bodies are filler, and where a real image carries
 * its signature these carry a digest that the model checks. A driver that boots with these boots with the real ones,
 * as far as what it does can tell.
 *
 * Source: the public header structures, and sizes and offsets of the real files. Software; no hardware is modelled here.
 */

import { container } from './containers.ts';
import { fill, forgePayload } from './payload.ts';
import { tocBody } from './toc.ts';

export { container } from './containers.ts';
export { fill, forgePayload, seal } from './payload.ts';
export type { PayloadSpec } from './payload.ts';
export type { ContainerSpec } from './containers.ts';

export interface ForgeOptions {
  /** `boot`: the six files that a bring-up needs; `all`: graphics front end and scheduler too. Default `boot`. */
  readonly files?: 'boot' | 'all';
  /** Bodies of a few hundred bytes instead of the real sizes. */
  readonly compact?: boolean;
  /** Changes the filler. */
  readonly seed?: number;
}

/** Versions that the synthetic images carry; plausible, and no real release's. */
export const forgedVersions = {
  sos: 0x0031_0001,
  sysDrv: 0x0031_0001,
  kdb: 0x0400_3101,
  spl: 0x0100_3101,
  rl: 0x0700_1c01,
  smu: 0x004e_8501,
  sdma: 0x1001,
  mec: 0x1002,
  imu: 0x0b10_0001,
  rlc: 0x1003,
  pfp: 0x1004,
  me: 0x1005,
  mes: 0x1006,
} as const;

/** Files by name, as a driver asks for them. Deterministic; a few ms. */
export function forge(options: ForgeOptions = {}): Map<string, Uint8Array> {
  const seed = options.seed ?? 1;
  const size = (bytes: number) => (options.compact ? Math.min(bytes, 0x200) : bytes);
  const make = (kind: Parameters<typeof forgePayload>[0]['kind'], version: number, body: number, totalBytes?: number) =>
    forgePayload({ kind, version, body: size(body), seed, totalBytes: options.compact ? undefined : totalBytes });
  const v = forgedVersions;
  const files = new Map<string, Uint8Array>();
  files.set('psp_13_0_0_sos.bin', sosFile(make, seed));
  files.set('smu_13_0_0.bin', smuFile(make('SMU', swapBytes(v.smu), 0x3_fc00), seed));
  files.set('sdma_6_0_0.bin', sdmaFile(make('SDMA_TH0', v.sdma, 0x4200), make('SDMA_TH1', v.sdma, 0x4000)));
  files.set(
    'gc_11_0_0_mec.bin',
    rs64File(
      v.mec,
      make('RS64_MEC', v.mec, 0x4_1100),
      make('RS64_MEC_STACK', v.mec, 0x1350, 0x2_2000),
      0x3000,
      0x7_0000,
    ),
  );
  files.set('gc_11_0_0_imu.bin', imuFile(make('IMU_I', v.imu, 0x1_0000), make('IMU_D', v.imu, 0x1_0000)));
  files.set(
    'gc_11_0_0_rlc.bin',
    rlcFile({
      g: make('RLC_G', v.rlc, 0x6000),
      iram: make('RLC_IRAM', v.rlc, 0x1_0000),
      dram: make('RLC_DRAM', v.rlc, 0x8000),
      p: make('RLC_P', v.rlc, 0x2000),
      v: make('RLC_V', v.rlc, 0x3000),
    }),
  );
  if (options.files === 'all') {
    // no real image of these was looked at: kinds follow the MEC's neighbours and are guessed
    files.set(
      'gc_11_0_0_pfp.bin',
      rs64File(v.pfp, make(0x0101_2044, v.pfp, 0x2_0000), make(0x0101_2045, v.pfp, 0x1000, 0x2_0000), 0x3000, 0x7_0000),
    );
    files.set(
      'gc_11_0_0_me.bin',
      rs64File(v.me, make(0x0101_2046, v.me, 0x2_0000), make(0x0101_2047, v.me, 0x1000, 0x2_0000), 0x3000, 0x7_0000),
    );
    files.set(
      'gc_11_0_0_mes_2.bin',
      mesFile(v.mes, make(0x0101_2040, v.mes, 0x2_0310), make(0x0101_2041, v.mes, 0x1000, 0x2_0000)),
    );
    files.set(
      'gc_11_0_0_mes1.bin',
      mesFile(v.mes, make(0x0101_2042, v.mes, 0x1_5cc0), make(0x0101_2043, v.mes, 0x1000, 0x2_0000)),
    );
  }
  return files;
}

/** The SMU's payload header has its version the other way round. */
const swapBytes = (word: number): number => new DataView(Uint32Array.of(word).buffer).getUint32(0);

type Make = (kind: 'SOS' | 'SYS_DRV' | 'KDB' | 'SPL' | 'RL', version: number, body: number) => Uint8Array;

/** psp_13_0_0_sos.bin: a list of parts by type. */
function sosFile(make: Make, seed: number): Uint8Array {
  const v = forgedVersions;
  const toc = forgePayload({ kind: 'TOC', version: 0, body: tocBody(), seed });
  const parts: readonly (readonly [type: number, version: number, bytes: Uint8Array])[] = [
    [2, v.sysDrv, make('SYS_DRV', v.sysDrv, 0x2_7590)],
    [1, v.sos, make('SOS', v.sos, 0x1_8180)],
    [4, 1, toc],
    [3, v.kdb, make('KDB', v.kdb, 0x1500)],
    [5, v.spl, make('SPL', v.spl, 0xa0)],
    [6, v.rl, make('RL', v.rl, 0x760)],
  ];
  const words: Record<number, number> = { 0x20: parts.length };
  let offset = 0;
  parts.forEach(([type, version, bytes], i) => {
    Object.assign(words, {
      [0x24 + i * 16]: type,
      [0x28 + i * 16]: version,
      [0x2c + i * 16]: offset,
      [0x30 + i * 16]: bytes.length,
    });
    offset += bytes.length;
  });
  return container({
    headerBytes: 36,
    headerVersion: [2, 0],
    ipVersion: [13, 0],
    ucodeVersion: v.sos,
    parts: parts.map(([, , bytes]) => bytes),
    words,
  });
}

/** smu_13_0_0.bin: the firmware, and power tables that a driver may hand over later. */
function smuFile(payload: Uint8Array, seed: number): Uint8Array {
  const table = new Uint8Array(0x200);
  fill(table, seed + 77);
  const trailer = new Uint8Array(12 + table.length);
  const at = 0x100 + payload.length;
  const view = new DataView(trailer.buffer);
  view.setUint32(0, 0xe50, true);
  view.setUint32(4, at + 12, true);
  view.setUint32(8, table.length, true);
  trailer.set(table, 12);
  return container({
    headerBytes: 44,
    headerVersion: [2, 1],
    ipVersion: [13, 0],
    ucodeVersion: forgedVersions.smu,
    ucodeBytes: payload.length,
    parts: [payload],
    trailer,
    words: { 0x20: 0x2_0000, 0x24: 1, 0x28: at },
    crc: 'none',
  });
}

/** sdma_6_0_0.bin: one image for each of the engine's two threads. */
function sdmaFile(th0: Uint8Array, th1: Uint8Array): Uint8Array {
  return container({
    headerBytes: 64,
    headerVersion: [2, 0],
    ipVersion: [6, 0],
    ucodeVersion: forgedVersions.sdma,
    parts: [th0, th1],
    words: {
      0x20: 1,
      0x24: th0.length,
      0x28: 0x1000,
      0x2c: 0x800,
      0x30: 0x100 + th0.length,
      0x34: th1.length,
      0x38: 0x1000,
      0x3c: 0,
    },
  });
}

/** gc_11_0_0_{mec,pfp,me}.bin: code, data, and where the code begins in the processor's own address space. */
function rs64File(version: number, code: Uint8Array, data: Uint8Array, startLo: number, startHi: number): Uint8Array {
  return container({
    headerBytes: 60,
    headerVersion: [2, 0],
    ipVersion: [11, 0],
    ucodeVersion: version,
    parts: [code, data],
    words: {
      0x20: 1,
      0x24: code.length,
      0x28: 0x100,
      0x2c: data.length,
      0x30: 0x100 + code.length,
      0x34: startLo,
      0x38: startHi,
    },
  });
}

/** gc_11_0_0_imu.bin: instructions, then data. */
function imuFile(iram: Uint8Array, dram: Uint8Array): Uint8Array {
  return container({
    headerBytes: 48,
    headerVersion: [1, 0],
    ipVersion: [11, 0],
    ucodeVersion: forgedVersions.imu,
    parts: [iram, dram],
    words: { 0x20: iram.length, 0x24: 0, 0x28: dram.length, 0x2c: iram.length },
  });
}

/** gc_11_0_0_rlc.bin: the run list controller and its helpers. */
function rlcFile(part: Record<'g' | 'iram' | 'dram' | 'p' | 'v', Uint8Array>): Uint8Array {
  const iramAt = 0x100 + part.g.length;
  const dramAt = iramAt + part.iram.length;
  const pAt = dramAt + part.dram.length;
  const vAt = pAt + part.p.length;
  const v = forgedVersions.rlc;
  return container({
    headerBytes: 204,
    headerVersion: [2, 3],
    ipVersion: [11, 0],
    ucodeVersion: v,
    ucodeBytes: part.g.length,
    parts: [part.g, part.iram, part.dram, part.p, part.v],
    words: {
      0x20: 1,
      0x9c: part.iram.length,
      0xa0: iramAt,
      0xa4: part.dram.length,
      0xa8: dramAt,
      0xac: v,
      0xb0: 1,
      0xb4: part.p.length,
      0xb8: pAt,
      0xbc: v,
      0xc0: 1,
      0xc4: part.v.length,
      0xc8: vAt,
    },
    crc: 'none',
  });
}

/** gc_11_0_0_mes_2.bin and mes1.bin: the hardware scheduler. */
function mesFile(version: number, code: Uint8Array, data: Uint8Array): Uint8Array {
  return container({
    headerBytes: 72,
    headerVersion: [1, 0],
    ipVersion: [11, 0],
    ucodeVersion: version,
    parts: [code, data],
    words: {
      0x20: version,
      0x24: code.length,
      0x28: 0x100,
      0x2c: version,
      0x30: data.length,
      0x34: 0x100 + code.length,
      0x38: 0xf000_5000,
      0x3c: 0xffff_ffff,
      0x40: 0xf000_0000,
      0x44: 0xffff_ffff,
    },
  });
}
