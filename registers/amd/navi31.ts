/**
 * Navi31 (Radeon RX 7900 XTX, gfx1100): which IP blocks the chip has, which version each is, and where its registers begin.
 *
 * The card tells a driver all this in its discovery table; the packet streams of public drivers are compiled against
 * the same numbers. Base addresses are dwords; a register's address is `bases[segment] + at`. Source: the discovery
 * ids and base tables of public drivers (Linux amdgpu, tinygrad); NBIO's sixth base is known from its siblings of the
 * generation before, whose other five are the same.
 *
 * Fidelity: from-public-source. No binary read off a real card was seen: the split of the WGPs and NBIO's sixth base are guessed.
 */

/** Numbers by which the discovery table calls a kind of block. */
export const hardwareIds = {
  MP1: 1,
  THM: 3,
  SMUIO: 4,
  CLK: 6,
  GC: 11,
  UVD: 12,
  MMHUB: 34,
  ATHUB: 35,
  OSSSYS: 40,
  HDP: 41,
  SDMA0: 42,
  SDMA1: 43,
  DF: 46,
  PCIE: 70,
  LSDMA: 91,
  NBIF: 108,
  UMC: 150,
  MP0: 255,
  DMU: 271,
} as const;

/** One IP block as the discovery table describes it. */
export interface IpBlock {
  /** Our name for it; register declarations use the same. */
  readonly name: string;
  readonly hardwareId: number;
  readonly instance: number;
  readonly version: readonly [major: number, minor: number, revision: number];
  /** Dword address at which each segment starts. */
  readonly bases: readonly number[];
}

const gcBases = [0x0000_1260, 0x0000_a000, 0x0001_c000, 0x0240_2c00] as const;
const mpBases = [0x0001_6000, 0x00dc_0000, 0x00e0_0000, 0x00e4_0000, 0x0243_fc00] as const;

/** Every block in the order of the discovery table. SDMA's registers lie inside GC's range, so it repeats GC's bases. */
export const ipBlocks: readonly IpBlock[] = [
  { name: 'GC', hardwareId: hardwareIds.GC, instance: 0, version: [11, 0, 0], bases: gcBases },
  { name: 'SDMA0', hardwareId: hardwareIds.SDMA0, instance: 0, version: [6, 0, 0], bases: gcBases },
  { name: 'SDMA1', hardwareId: hardwareIds.SDMA1, instance: 0, version: [6, 0, 0], bases: gcBases },
  { name: 'MMHUB', hardwareId: hardwareIds.MMHUB, instance: 0, version: [3, 0, 0], bases: [0x0001_a000, 0x0240_8800] },
  { name: 'ATHUB', hardwareId: hardwareIds.ATHUB, instance: 0, version: [3, 0, 0], bases: [0x0000_0c00, 0x0240_8c00] },
  {
    name: 'NBIO',
    hardwareId: hardwareIds.NBIF,
    instance: 0,
    version: [4, 3, 0],
    bases: [0x0000_0000, 0x0000_0014, 0x0000_0d20, 0x0001_0400, 0x0241_b000, 0x0404_0000],
  },
  { name: 'MP0', hardwareId: hardwareIds.MP0, instance: 0, version: [13, 0, 0], bases: mpBases },
  { name: 'MP1', hardwareId: hardwareIds.MP1, instance: 0, version: [13, 0, 0], bases: mpBases },
  { name: 'HDP', hardwareId: hardwareIds.HDP, instance: 0, version: [6, 0, 0], bases: [0x0000_0f20, 0x0240_a400] },
  { name: 'OSSSYS', hardwareId: hardwareIds.OSSSYS, instance: 0, version: [6, 0, 0], bases: [0x0000_10a0, 0x0240_a000] },
  { name: 'THM', hardwareId: hardwareIds.THM, instance: 0, version: [13, 0, 0], bases: [0x0001_6600, 0x0240_0c00] },
  { name: 'CLK', hardwareId: hardwareIds.CLK, instance: 0, version: [13, 0, 0], bases: [0x0001_6c00, 0x0240_1800] },
  {
    name: 'SMUIO',
    hardwareId: hardwareIds.SMUIO,
    instance: 0,
    version: [13, 0, 0],
    bases: [0x0001_6800, 0x0001_6a00, 0x0044_0000, 0x0240_1000],
  },
  { name: 'DF', hardwareId: hardwareIds.DF, instance: 0, version: [4, 2, 0], bases: [0x0000_7000, 0x0240_b800] },
  { name: 'UMC', hardwareId: hardwareIds.UMC, instance: 0, version: [8, 10, 0], bases: [0x0001_4000, 0x0242_5800] },
];

/**
 * The block called `name`.
 *
 * @throws RangeError when Navi31 has none of that name.
 */
export function ipBlock(name: string): IpBlock {
  const block = ipBlocks.find((each) => each.name === name);
  if (block === undefined) throw new RangeError(`Navi31 has no block ${name}`);
  return block;
}

/** Shape of the shader part, as the GC table of the discovery binary gives it (table version 1.0 to 1.3). */
export const gcInfo = {
  shaderEngines: 6,
  shaderArraysPerEngine: 2,
  /** Workgroup processors (pairs of CUs) of a shader array, in two halves; drivers only add them. The split is guessed. */
  wgp0PerShaderArray: 4,
  wgp1PerShaderArray: 0,
  computeUnits: 96,
  renderBackendsPerEngine: 4,
  gl2cCount: 24,
  gprs: 1024,
  maxGsThreads: 32,
  gsTableDepth: 32,
  gsPrimBufferDepth: 1792,
  parameterCacheDepth: 1024,
  doubleOffchipLds: 1,
  waveSize: 32,
  maxWavesPerSimd: 16,
  maxScratchSlotsPerCu: 32,
  ldsBytes: 65_536,
  scPerEngine: 1,
  packersPerSc: 8,
  gl2aCount: 4,
} as const;

/** Memory of the 24 GB board, in MiB. A real card keeps 16 MiB back and reports 24560. */
export const vramMib = 24_560;

/** Where the board's memory begins in the address space the memory controllers use (bits 47:24 of it). */
export const fbLocationBase = 0x8000;
