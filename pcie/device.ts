/**
 * The slot: where a driver and a device meet.
 *
 * `PciFunction` is the device's side, passive and synchronous. `PciDevice` is what a driver is handed,
 * whatever lies between: a model in this process, a cable, DriverKit, VFIO, a foreign server, a
 * recording. Register access is synchronous on both; only waiting is asynchronous.
 */

import type { BusAddress } from './address.ts';
import type { ConfigSpace } from './config-space.ts';

/** Width of one access in bytes. 8 is never a `number`: a leaf PTE (bit 54 set) read as a double loses its valid bit, silently. */
export type Width = 1 | 2 | 4;

/** Function-level reset, secondary-bus (hot) reset, D3hot-D0 cycle, or the vendor's own full reset. */
export type ResetKind = 'flr' | 'hot' | 'd3hot' | 'vendor';

/** A base address register as the device implements it. */
export interface Bar {
  readonly index: number;
  readonly bytes: number;
  readonly kind: 'mem32' | 'mem64' | 'io' | 'rom';
  readonly prefetchable: boolean;
}

/** The device's side of the slot. Offsets are in bytes from the BAR's start; values are unsigned. */
export interface PciFunction {
  readonly config: ConfigSpace;
  readonly bars: readonly (Bar | undefined)[];
  readBar(bar: number, offset: number, width: Width): number;
  writeBar(bar: number, offset: number, width: Width, value: number): void;
  /** ONE eight-byte access on the bus, as doorbells and page-table stores are. `into[0]` low, `into[1]` high. */
  readBar64(bar: number, offset: number, into: Uint32Array): void;
  writeBar64(bar: number, offset: number, lo: number, hi: number): void;
  readBlock(bar: number, offset: number, into: Uint8Array): void;
  writeBlock(bar: number, offset: number, from: Uint8Array): void;
  reset(kind: ResetKind): void;
}

export interface PciIdentity {
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subsystemVendorId: number;
  readonly subsystemId: number;
  readonly revision: number;
  /** 24 bits: base class, subclass, programming interface. */
  readonly classCode: number;
  /** Where it sits: `0000:03:00.0`, `usb4:1-3`, `remote:…`. */
  readonly location: string;
}

/** What a transport can do; a skipped step takes its reason from here. */
export interface Abilities {
  readonly interrupts: boolean;
  /** `DmaBuffer.view` exists: host and device see the same bytes without copies. */
  readonly sharedDma: boolean;
  readonly resizableBar: boolean;
  readonly resets: readonly ResetKind[];
  /** Smallest unit of a DMA grant, in bytes. */
  readonly dmaGranule: number;
  /** Posted writes and reads stay in program order (false: fence explicitly). */
  readonly ordered: boolean;
  /** The clock is virtual and `idle` from `pause` can be trusted. */
  readonly virtualClock: boolean;
}

export interface ConfigAccess {
  read(offset: number, width: Width): number;
  write(offset: number, width: Width, value: number): void;
}

/** Memory that is reached by single accesses and by blocks. Offsets in bytes; values unsigned. */
export interface MmioRegion {
  readonly bytes: number;
  read32(offset: number): number;
  write32(offset: number, value: number): void;
  /** Returns [lo, hi] in `into` (a shared scratch pair when left out). One access on the bus. */
  read64(offset: number, into?: Uint32Array): Uint32Array;
  write64(offset: number, lo: number, hi: number): void;
  /** Narrow accesses exist because buses have them; GPUs rarely allow them. */
  read(offset: number, width: Width): number;
  write(offset: number, width: Width, value: number): void;
  readBlock(offset: number, into: Uint8Array): void;
  writeBlock(offset: number, from: Uint8Array): void;
  /** Everything written so far has reached the device when it returns. */
  fence(): void;
}

export interface DmaOptions {
  /** Bus addresses must form one run. */
  readonly contiguous?: boolean;
  readonly direction?: 'to-device' | 'from-device' | 'both';
  /** Alignment of the first bus address in bytes (power of two, default one granule). */
  readonly align?: number;
  /** For messages and traces. */
  readonly name?: string;
}

/** Host memory that a device may reach. `view` is a bonus, absent over TCP and while recording. Zeroed when allocated. */
export interface DmaBuffer extends MmioRegion {
  readonly segments: readonly { readonly busAddress: BusAddress; readonly bytes: number }[];
  readonly view?: Uint8Array;
  syncForDevice(offset: number, bytes: number): void;
  syncForCpu(offset: number, bytes: number): void;
  free(): void;
}

export interface InterruptSource {
  /** How many vectors the function was granted; 0 where the transport has none. */
  readonly vectors: number;
  /** Called from `Clock.pause`, never from inside an access. Returns a function that unsubscribes. */
  on(listener: (vector: number) => void): () => void;
}

export interface Clock {
  /** ns since the device's clock started. */
  nowNs(): number;
  /**
   * The only thing a driver awaits besides interrupts and reset. Interrupts, faults and `onGone` are
   * delivered from here, in order. `activity`: something was delivered before `ns` were over. `idle`:
   * nothing pending can ever change anything (virtual clocks only).
   */
  pause(ns: number): Promise<'elapsed' | 'activity' | 'idle'>;
}

/** What an IOMMU refused. */
export interface DmaFault {
  readonly busAddress: BusAddress;
  readonly write: boolean;
  readonly reason: 'unmapped' | 'direction' | 'bus-master-off';
  readonly timeNs: number;
}

/** What a driver is handed. */
export interface PciDevice {
  readonly identity: PciIdentity;
  readonly abilities: Abilities;
  readonly config: ConfigAccess;
  /** @throws EmptyslotError `BAR_ABSENT`. */
  bar(index: number): MmioRegion;
  /** Asks for another size of a resizable BAR; false where it cannot. Old regions of that BAR are dead after it. */
  resizeBar(index: number, bytes: number): boolean;
  /** @throws EmptyslotError `DMA_EXHAUSTED`. */
  allocateDma(bytes: number, options?: DmaOptions): DmaBuffer;
  readonly interrupts: InterruptSource;
  readonly clock: Clock;
  reset(kind: ResetKind): Promise<void>;
  /** Bumped by re-plug and reset; regions and buffers of an older generation throw `DEVICE_GONE`. */
  readonly generation: number;
  onGone(listener: () => void): void;
  onDmaFault(listener: (fault: DmaFault) => void): void;
  /** Opens a nested step (`psp: load secure OS`) that findings, errors and traces carry; call the result to close it. */
  annotate(step: string): () => void;
  /** The open steps, outermost first, joined by ` › `. */
  readonly step: string;
}
