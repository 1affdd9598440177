/**
 * How the IP blocks of a Navi31 reach one another: the card's inner walls.
 *
 * Every block is made by its own `createX(card)` in its own folder and is known to the others only by
 * the interface here. Blocks hold their state in `card.slot.state`; what they schedule are events as data.
 */

import type { RegisterFile, CardSlot, SparseMemory } from '../../sim/index.ts';
import type { ConfigSpace } from '../../pcie/index.ts';
import type { AccessTracker } from '../exec/memory.ts';

/** Plain data a card is made from. */
export interface Navi31Options {
  /** Nominal VRAM in MiB. A real RX 7900 XTX reports 24560. */
  readonly vramMib?: number;
  /** BAR0 size after system firmware (256 MiB without resizable BAR support, 32 GiB with). */
  readonly bar0Bytes?: number;
  /** MC address of VRAM divided by 16 MiB (real dGPU: 0x8000). */
  readonly fbBase?: number;
  /** PCI location for messages. */
  readonly location?: string;
  /** What executes shader code: see `ShaderEngineOptions.engine`. Results are the same. */
  readonly engine?: 'auto' | 'wasm' | 'interpreter';
  /** Threads that execute workgroups, this one included. Speed only. */
  readonly threads?: number;
  /** `races`: everything that would depend on timing is looked for (shader/check); slower by an order of magnitude. */
  readonly check?: 'races' | 'off';
}

/**
 * Kinds of reset, by what survives.
 *
 * - `power-on`: nothing
 * - `mode1`: config space survives (BARs, not bus master), VRAM contents are lost, discovery is rewritten
 * - `flr`: as mode1 here, and configuration is reset too
 * - `gfx`: graphics, compute and SDMA queues only
 */
export type CardReset = 'power-on' | 'mode1' | 'flr' | 'gfx';

export interface IpBlock {
  reset(kind: CardReset): void;
}

/** Access kinds, as `hw-models/exec` numbers them. */
export const Access = { read: 0, write: 1, execute: 2, atomic: 3 } as const;
export type Access = (typeof Access)[keyof typeof Access];

/** GFXHUB and MMHUB client ids, for the fault status register. */
export const Client = {
  cpf: 4,
  cpc: 5,
  cpg: 6,
  rlc: 7,
  tcp: 8,
  sqcInst: 9,
  sqcData: 10,
  sdma0: 13,
  sdma1: 14,
} as const;

/**
 * One VM hub: VMIDs, page tables, a TLB that goes stale, invalidation engines, latched faults.
 *
 * Virtual addresses are byte addresses below 2^48. A context that is not enabled, or an address inside
 * the system aperture, is treated as the hub's registers say.
 */
export interface Hub extends IpBlock {
  /** Arena offset of `va`, good to the end of its 4 KiB page; −1 faulted (latched and raised); −2 not memory: use the copying forms. */
  translate(vmid: number, va: number, access: Access, client: number): number;
  /** Copying forms, byte-exact in what they check. False where any part faulted (that part reads as 0, is dropped when written). */
  read(vmid: number, va: number, into: Uint8Array, client: number): boolean;
  write(vmid: number, va: number, from: Uint8Array, client: number): boolean;
  read32(vmid: number, va: number, client: number): number;
  write32(vmid: number, va: number, value: number, client: number): boolean;
  /** 8 bytes, low dword in `into[0]`. */
  read64(vmid: number, va: number, into: Uint32Array, client: number): boolean;
  write64(vmid: number, va: number, lo: number, hi: number, client: number): boolean;
  /**
   * As `translate`, for bulk work: how far the run goes on in one piece (at most `bytes`, and never past a 64 KiB
   * chunk) is left in `runBytes`. Reads are checked against pending HDP data over the whole run.
   */
  run(vmid: number, va: number, bytes: number, access: Access, client: number): number;
  /** Length in bytes of what the last `run` answered. */
  readonly runBytes: number;
  /** Whether the tables map `va` now, as an engine would find them; says and changes nothing. */
  maps?(vmid: number, va: number): boolean;
  /** As `translate`, for a page that nobody asks for yet: −1 where the access would fault, and nothing is said. */
  ahead?(vmid: number, va: number, access: Access, client: number): number;
  /** Bytes from `va` on, for which `translate` has just given `at`, that the same translation holds for in one piece. */
  reach?(vmid: number, va: number, at: number): number;
  /** Runs invalidate request bits as INVALIDATE_ENGn_REQ defines them (also for PM4 INVALIDATE_TLBS and SDMA GPUVM_INV). */
  invalidate(request: number): void;
  /**
   * Trace sequence of the access that set the present work going (the doorbell, say), for the `because` of findings
   * made while translating; −1: the last access. An engine sets it before it works and need not reset it.
   */
  blame: number;
}

/**
 * What a packet is to memory: it waits for something there, reads and changes it (a signal), stores something small (a
 * fence, a value), moves data by its hundreds of bytes, or reads data.
 */
export type PacketKind = 'wait' | 'signal' | 'store' | 'bulk' | 'data';

/** Told of what packets and host do to memory, while somebody looks for races: shader/check/card.ts. */
export interface Watch {
  /** A packet of a queue runs: the accesses until `end` are its own. `sequence`: the doorbell that brought it. */
  begin(
    engine: 'compute' | 'copy',
    queue: number,
    name: string,
    kind: PacketKind,
    packet: string,
    place: string,
    sequence: number,
  ): void;
  end(): void;
  /** The packet has waited for all launches of its queue. */
  drained(): void;
  /** What the packet stores from now on, it stores when the launches before it have ended. */
  endOfPipe(): void;
  /** Caches of the queue's later launches were dropped: GCR bits at ACQUIRE_MEM's positions. */
  acquired(gcr: number): void;
  /** The packet read or wrote memory at an arena offset. */
  memory(at: number, bytes: number, writes: boolean): void;
  /** The host did. */
  host(at: number, bytes: number, writes: boolean): void;
  doorbell(): void;
  interrupt(): void;
  /** The host read a status register. */
  statusRead(): void;
  /** The card was reset. */
  forget(): void;
}

/** Who makes a DMA or VRAM access that does not go through page tables. */
export interface Gmc extends IpBlock {
  readonly gfxhub: Hub;
  readonly mmhub: Hub;
  /** MC address of the first byte of VRAM. */
  readonly fbBase: number;
  /** Accesses by memory-controller address (PSP, SMU, IH): VRAM behind FB base, else refused. False when refused. */
  mcRead(mc: number, into: Uint8Array, who: string): boolean;
  mcWrite(mc: number, from: Uint8Array, who: string): boolean;
  /** As an engine sees VRAM by offset: pending HDP data is not in it (and reading where it would be is a finding). */
  vramRead(offset: number, into: Uint8Array, who: string): boolean;
  vramWrite(offset: number, from: Uint8Array, who: string): boolean;
  /** Protects a VRAM range (TMR): CPU accesses read 0 and are dropped, with a finding. No bytes: gives the range at `offset` up. */
  protect(offset: number, bytes: number): void;
  /** Whether a protected range overlaps. */
  protects(offset: number, bytes: number): boolean;
  /** VRAM bytes took on a new value, stored by access `sequence`: page tables among them make TLB entries stale. */
  landed(offset: number, bytes: number, sequence: number): void;
  /** VRAM offset of arena offset `at` that a hub's translation gave, or −1 for host memory. */
  vramOffsetOf(at: number): number;
  /** Whether a mapping of arena offset `at` goes past the caches. */
  bypasses(at: number): boolean;
  /** Caches were dropped or written back as GCR bits at ACQUIRE_MEM's positions say (also for RELEASE_MEM and SDMA's GCR_REQ). */
  cachesHandled(gcr: number): void;
  /** A shader loaded or stored `bytes` at arena offset `at` (inside a page): finds what caches may have hidden. `fresh`: the load went past L0 and L1. */
  shaderLoaded(at: number, bytes: number, vmid: number, fresh: boolean): void;
  shaderStored(at: number, bytes: number): void;
  /** Tables in the arena with which translated shader code does the common case of both itself. */
  readonly tracker: AccessTracker;
  /** The CPU is about to read VRAM. */
  cpuReads(offset: number, bytes: number): void;
}

/** The host data path: CPU stores to VRAM wait in a bounded log until a flush. */
export interface Hdp extends IpBlock {
  cpuRead(offset: number, into: Uint8Array): void;
  cpuWrite(offset: number, from: Uint8Array): void;
  cpuRead32(offset: number): number;
  cpuWrite32(offset: number, value: number): void;
  cpuWrite64(offset: number, lo: number, hi: number): void;
  /** Makes everything written so far visible to engines. */
  flush(): void;
  /** Bytes waiting. */
  readonly pending: number;
  /** Arena offset of that number, an f64: all its bits are 0 while nothing waits. */
  readonly pendingAt: number;
  /** Arena offset of the pages where they wait (`AccessTracker.waitingPages`). */
  readonly pagesAt: number;
  /** Trace sequence of the oldest CPU store waiting inside the range, or −1: what a finding blames. */
  pendingIn(offset: number, bytes: number): number;
}

/** The interrupt handler block (OSSSYS): rings of vectors in memory. */
export interface Ih extends IpBlock {
  /** Queues one vector. Context words default to 0. */
  raise(vector: IhVector): void;
  /** The IH's own doorbell (RPTR update); `index` in dwords. */
  doorbell(index: number, lo: number, hi: number): boolean;
}

export interface IhVector {
  readonly client: number;
  readonly source: number;
  readonly ringId?: number;
  readonly vmid?: number;
  /** 0 gfx hub, 1 mm hub. */
  readonly vmidType?: number;
  readonly pasid?: number;
  readonly context?: readonly number[];
}

export interface Psp extends IpBlock {
  /** Types (PSP GFX_FW_TYPE numbers) loaded and accepted so far. */
  loaded(type: number): boolean;
  /** sOS runs. */
  readonly alive: boolean;
}

export interface Smu extends IpBlock {
  /** Firmware arrived through PSP. */
  firmwareLoaded(version: number): void;
  readonly alive: boolean;
}

/** RLC, IMU and GRBM: what makes the graphics block come up, and which bank an access meets. */
export interface Gfx extends IpBlock {
  /** PSP hands over after AUTOLOAD_RLC: RLC starts, then the microcode is in place. */
  autoload(): void;
  /** Microcode is in place and the engines may be started. */
  readonly ready: boolean;
  /** Autoload is under way: engines started now begin when it is done. */
  readonly booting?: boolean;
  /** Says what is wrong with the selectors (GRBM_GFX_CNTL, GRBM_GFX_INDEX) at the moment of `what`. */
  checkSelection?(what: string): void;
  /** GRBM_GFX_CNTL selection, for banked registers. */
  readonly select: { readonly me: number; readonly pipe: number; readonly queue: number; readonly vmid: number };
  /** SH_MEM_BASES and SH_MEM_CONFIG of a VMID. */
  shMemBases(vmid: number): number;
  shMemConfig(vmid: number): number;
  /** The VMID's trap handler: byte addresses of code and memory, and whether waves enter it (SQ_SHADER_TBA, SQ_SHADER_TMA). */
  trapHandler?(vmid: number): { readonly base: number; readonly memory: number; readonly enabled: boolean };
}

/** The command processor's compute side: MEC, HQDs, PM4 and AQL. */
export interface Cp extends IpBlock {
  /** A doorbell at dword `index` of BAR2. False where no queue listens there. */
  doorbell(index: number, lo: number, hi: number, wide: boolean): boolean;
  /** GRBM_SOFT_RESET bits for CP/CPC/… arrived. */
  softReset(bits: number): void;
  /** Virtual ns spent at work since power-on, for the SMU's activity figures. */
  readonly busyNs?: number;
}

export interface Sdma extends IpBlock {
  doorbell(index: number, lo: number, hi: number, wide: boolean): boolean;
  softReset(instance: number): void;
  /** Virtual ns spent at work since power-on, for the SMU's activity figures. */
  readonly busyNs?: number;
}

/** NBIO: straps, doorbell aperture and routing, indirect windows, HDP remap. */
export interface Nbio extends IpBlock {
  readonly doorbellApertureOpen: boolean;
  /** Byte offset in BAR5 at which a store flushes HDP now. */
  readonly remappedFlush: number;
  doorbell(offset: number, lo: number, hi: number, wide: boolean): void;
}

/**
 * The card as its blocks see it. Fields are filled while the card is put together; a block may use the
 * others only after that (in handlers and events, not in its own `createX`).
 */
export interface Card {
  readonly slot: CardSlot;
  readonly options: Required<Navi31Options>;
  readonly config: ConfigSpace;
  readonly regs: RegisterFile;
  readonly vram: SparseMemory;
  nbio: Nbio;
  hdp: Hdp;
  gmc: Gmc;
  ih: Ih;
  psp: Psp;
  smu: Smu;
  gfx: Gfx;
  cp: Cp;
  sdma: Sdma;
  /** While a reset runs, registers read as all ones; virtual time until which it does (0: none). */
  resetUntilNs: number;
  /** Only while races are looked for. */
  readonly watch?: Watch | undefined;
  /** Resets the whole card. */
  reset(kind: CardReset): void;
}
