/**
 * GMC: the two hubs that translate addresses. GFXHUB serves shaders, command processors and SDMA, MMHUB everything else.
 *
 * Both have the same registers under two prefixes. VMID 0 runs four levels of page tables from address 0 on;
 * memory-controller addresses of the frame buffer pass beside them through the system aperture.
 *
 * Fidelity: from-public-source. Values and order as public drivers program them.
 */

import { asMcAddress, hi32, lo32 } from '../../pcie/index.ts';
import type { McAddress, VramOffset } from '../../pcie/index.ts';
import { gfxHubClients, memoryTypes } from '../../registers/amd/pte.ts';
import type { BoundRegister } from '../registers.ts';
import type { Context } from './context.ts';
import type { Hdp } from './hdp.ts';
import { addressRange, layout } from './layout.ts';
import type { AmdRegisters } from './registers.ts';
import type { Hub } from './steps.ts';

type Suffix<K> = K extends `GC${infer S}` ? (`MM${S}` extends keyof AmdRegisters ? S : never) : never;
type HubRegister = Suffix<keyof AmdRegisters & string>;

/** The invalidation engine that belongs to the driver itself. */
const ENGINE = 17;
const ENGINES = 18;
/** Both hubs answer in microseconds; a millisecond is a hang. */
const INVALIDATE_TIMEOUT_NS = 100e6;

/** A protection fault as a hub latched it. */
export interface HubFault {
  readonly hub: Hub;
  /** Faulting byte address, to its page. */
  readonly address: number;
  readonly write: boolean;
  readonly vmid: number;
  /** Who asked: GFXHUB client number, see `gfxHubClients`. */
  readonly client: number;
  readonly clientName: string;
  readonly moreFaults: boolean;
  readonly walkerError: number;
  readonly permissionFaults: number;
  readonly mappingError: boolean;
  /** The status register itself. */
  readonly status: number;
}

const clientNames = new Map<number, string>(Object.entries(gfxHubClients).map(([name, id]) => [id, name]));

export class Gmc {
  /** Memory-controller address of the first byte of VRAM. */
  readonly fbBase: McAddress;
  /** The same of the last 16 MiB of it. */
  readonly fbEnd: McAddress;
  private readonly context: Context;
  private readonly hdp: Hdp;
  private readonly ready = { GC: false, MM: false };

  constructor(context: Context, hdp: Hdp) {
    this.context = context;
    this.hdp = hdp;
    const { regs } = context;
    this.fbBase = asMcAddress((regs.MMMC_VM_FB_LOCATION_BASE.read() & 0xff_ffff) * 2 ** 24);
    this.fbEnd = asMcAddress((regs.MMMC_VM_FB_LOCATION_TOP.read() & 0xff_ffff) * 2 ** 24);
  }

  /** Memory-controller address of a VRAM offset. */
  mc(offset: VramOffset): McAddress {
    return asMcAddress(this.fbBase + offset);
  }

  /** A warm boot finds MMHUB as the last session left it. */
  assumeReady(hub: Hub): void {
    this.ready[hub] = true;
  }

  /** Apertures, caches, context 0 and the invalidation ranges of one hub. */
  initHub(hub: Hub): void {
    const { step } = this.context;
    step('gmc: configure hub', { hub }, (args) => {
      this.apertures(args.hub);
      this.caches(args.hub);
    });
    const pages = { start: 0, end: addressRange.endPage };
    const control = this.contextControl(hub);
    step('gmc: set context', { hub, base: layout.pageTableRoot, ...pages, control }, (args) => this.setContext(args));
    step('gmc: configure hub', { hub }, (args) => this.identityAndRanges(args.hub));
    this.ready[hub] = true;
  }

  private reg<N extends HubRegister>(hub: Hub, name: N): AmdRegisters[`GC${N}` & keyof AmdRegisters] {
    return this.context.regs[`${hub}${name}` as `GC${N}` & keyof AmdRegisters];
  }

  /** Two registers that hold one number. */
  private pair(hub: Hub, name: string, value: number, low = '_LO32', high = '_HI32'): void {
    const byName = this.context.regs as unknown as Readonly<Record<string, BoundRegister>>;
    byName[`${hub}${name}${low}`]!.write(lo32(value));
    byName[`${hub}${name}${high}`]!.write(hi32(value));
  }

  private apertures(hub: Hub): void {
    this.reg(hub, 'MC_VM_AGP_BASE').write(0);
    this.reg(hub, 'MC_VM_AGP_BOT').write(0xff_ffff); // bottom above top: no AGP
    this.reg(hub, 'MC_VM_AGP_TOP').write(0);
    this.reg(hub, 'MC_VM_SYSTEM_APERTURE_LOW_ADDR').write(Math.floor(this.fbBase / 2 ** 18));
    this.reg(hub, 'MC_VM_SYSTEM_APERTURE_HIGH_ADDR').write(Math.floor(this.fbEnd / 2 ** 18));
    this.pair(hub, 'MC_VM_SYSTEM_APERTURE_DEFAULT_ADDR', layout.apertureDefaultPage / 4096, '_LSB', '_MSB');
    this.pair(hub, 'VM_L2_PROTECTION_FAULT_DEFAULT_ADDR', layout.faultDefaultPage / 4096);
    this.reg(hub, 'VM_L2_PROTECTION_FAULT_CNTL2').update({ ACTIVE_PAGE_MIGRATION_PTE_READ_RETRY: 1 });
  }

  private caches(hub: Hub): void {
    this.reg(hub, 'MC_VM_MX_L1_TLB_CNTL').update({
      ENABLE_L1_TLB: 1,
      SYSTEM_ACCESS_MODE: 3,
      ENABLE_ADVANCED_DRIVER_MODEL: 1,
      SYSTEM_APERTURE_UNMAPPED_ACCESS: 0,
      MTYPE: memoryTypes.UC,
    });
    this.reg(hub, 'VM_L2_CNTL').update({
      ENABLE_L2_CACHE: 1,
      ENABLE_L2_FRAGMENT_PROCESSING: 0,
      ENABLE_DEFAULT_PAGE_OUT_TO_SYSTEM_MEMORY: 1,
      L2_PDE0_CACHE_TAG_GENERATION_MODE: 0,
      PDE_FAULT_CLASSIFICATION: 0,
      CONTEXT1_IDENTITY_ACCESS_MODE: 1,
      IDENTITY_MODE_FRAGMENT_SIZE: 0,
    });
    this.reg(hub, 'VM_L2_CNTL2').update({ INVALIDATE_ALL_L1_TLBS: 1, INVALIDATE_L2_CACHE: 1 });
    this.reg(hub, 'VM_L2_CNTL3').write({
      BANK_SELECT: 9,
      L2_CACHE_BIGK_FRAGMENT_SIZE: 6,
      L2_CACHE_BIGK_ASSOCIATIVITY: 1,
      L2_CACHE_4K_ASSOCIATIVITY: 1,
    });
    this.reg(hub, 'VM_L2_CNTL4').write({ L2_CACHE_4K_PARTITION_COUNT: 1 });
    this.reg(hub, 'VM_L2_CNTL5').write(0x3fe0); // walker priority: no client
  }

  private contextControl(hub: Hub): number {
    const control = this.reg(hub, 'VM_CONTEXTn_CNTL').at(0);
    const faults = {
      RANGE_PROTECTION_FAULT_ENABLE_INTERRUPT: 1,
      RANGE_PROTECTION_FAULT_ENABLE_DEFAULT: 1,
      DUMMY_PAGE_PROTECTION_FAULT_ENABLE_INTERRUPT: 1,
      DUMMY_PAGE_PROTECTION_FAULT_ENABLE_DEFAULT: 1,
      PDE0_PROTECTION_FAULT_ENABLE_INTERRUPT: 1,
      PDE0_PROTECTION_FAULT_ENABLE_DEFAULT: 1,
      VALID_PROTECTION_FAULT_ENABLE_INTERRUPT: 1,
      VALID_PROTECTION_FAULT_ENABLE_DEFAULT: 1,
      READ_PROTECTION_FAULT_ENABLE_INTERRUPT: 1,
      READ_PROTECTION_FAULT_ENABLE_DEFAULT: 1,
      WRITE_PROTECTION_FAULT_ENABLE_INTERRUPT: 1,
      WRITE_PROTECTION_FAULT_ENABLE_DEFAULT: 1,
      EXECUTE_PROTECTION_FAULT_ENABLE_INTERRUPT: 1,
      EXECUTE_PROTECTION_FAULT_ENABLE_DEFAULT: 1,
    };
    // Bits 24:23 have no public name; silicon comes up with them set and every driver leaves or sets them.
    return (
      (0x180_0000 | control.encode({ ENABLE_CONTEXT: 1, PAGE_TABLE_DEPTH: 3, PAGE_TABLE_BLOCK_SIZE: 0, ...faults })) >>>
      0
    );
  }

  private setContext(args: { hub: Hub; base: number; start: number; end: number; control: number }): void {
    const { hub } = args;
    this.pair(hub, 'VM_CONTEXTn_PAGE_TABLE_START_ADDR', args.start);
    this.pair(hub, 'VM_CONTEXTn_PAGE_TABLE_END_ADDR', args.end);
    this.pair(hub, 'VM_CONTEXTn_PAGE_TABLE_BASE_ADDR', args.base + 1); // bit 0: valid
    this.reg(hub, 'VM_CONTEXTn_CNTL').write(args.control);
  }

  private identityAndRanges(hub: Hub): void {
    this.pair(hub, 'VM_L2_CONTEXT1_IDENTITY_APERTURE_LOW_ADDR', 0xf_ffff_ffff); // low above high: no identity aperture
    this.pair(hub, 'VM_L2_CONTEXT1_IDENTITY_APERTURE_HIGH_ADDR', 0);
    this.pair(hub, 'VM_L2_CONTEXT_IDENTITY_PHYSICAL_OFFSET', 0);
    const lo = this.reg(hub, 'VM_INVALIDATE_ENGn_ADDR_RANGE_LO32');
    const hi = this.reg(hub, 'VM_INVALIDATE_ENGn_ADDR_RANGE_HI32');
    for (let engine = 0; engine < ENGINES; engine++) {
      lo.at(engine).write(0xffff_ffff);
      hi.at(engine).write(0x1f);
    }
  }

  /**
   * Makes both hubs forget what they know of a VMID: stores flushed, then semaphore (MMHUB), request, acknowledge.
   *
   * @throws EmptyslotError `DEVICE_TIMEOUT`, `WAIT_NEVER_ENDS`, `DEVICE_GONE`.
   */
  async invalidate(vmid: number, why: string): Promise<void> {
    this.hdp.flush(`page tables (${why})`);
    for (const hub of ['GC', 'MM'] as const) {
      if (!this.ready[hub]) continue;
      await this.context.step('gmc: invalidate', { hub, vmid, why }, (args) => this.invalidateHub(args.hub, args.vmid));
    }
  }

  private async invalidateHub(hub: Hub, vmid: number): Promise<void> {
    const { context } = this;
    const { step } = context;
    const semaphore = this.reg(hub, 'VM_INVALIDATE_ENGn_SEM').at(ENGINE);
    const request = this.reg(hub, 'VM_INVALIDATE_ENGn_REQ').at(ENGINE);
    const acknowledge = this.reg(hub, 'VM_INVALIDATE_ENGn_ACK').at(ENGINE);
    const locked = hub === 'MM';
    if (locked) {
      await step('gmc: acquire semaphore', { hub }, () =>
        context.until(
          'invalidation semaphore',
          () => semaphore.read(),
          (v) => (v & 1) === 1,
          {
            register: semaphore.name,
            field: 'SEMAPHORE',
            wanted: '1',
            timeoutNs: INVALIDATE_TIMEOUT_NS,
          },
        ),
      );
    }
    const value = request.encode({
      PER_VMID_INVALIDATE_REQ: 1 << vmid,
      FLUSH_TYPE: 0,
      INVALIDATE_L2_PTES: 1,
      INVALIDATE_L2_PDE0: 1,
      INVALIDATE_L2_PDE1: 1,
      INVALIDATE_L2_PDE2: 1,
      INVALIDATE_L1_PTES: 1,
    });
    step('gmc: invalidate request', { hub, value }, (args) => request.write(args.value));
    await step('gmc: invalidate acknowledge', { hub, vmid }, (args) =>
      context.until(
        'translations forgotten',
        () => acknowledge.read(),
        (v) => ((v >>> args.vmid) & 1) === 1,
        {
          register: acknowledge.name,
          field: 'PER_VMID_INVALIDATE_ACK',
          wanted: `bit ${args.vmid}`,
          timeoutNs: INVALIDATE_TIMEOUT_NS,
        },
      ),
    );
    if (locked) {
      step('gmc: release semaphore', { hub }, () => semaphore.write(0));
      // MMHUB 3.0 also keeps private copies in its reserved cache; the read back makes sure that they are gone
      const reserved = context.regs.MMVM_L2_BANK_SELECT_RESERVED_CID2;
      reserved.update({ RESERVED_CACHE_PRIVATE_INVALIDATION: 1 });
      reserved.read();
    }
  }

  /** The fault that a hub has latched, if any. Reading changes nothing. */
  fault(hub: Hub): HubFault | undefined {
    const register = this.reg(hub, 'VM_L2_PROTECTION_FAULT_STATUS');
    const status = register.read();
    if (status === 0 || status === 0xffff_ffff) return undefined;
    const lo = this.reg(hub, 'VM_L2_PROTECTION_FAULT_ADDR_LO32').read();
    const hi = this.reg(hub, 'VM_L2_PROTECTION_FAULT_ADDR_HI32').read() & 0xf;
    const client = register.of(status, 'CID');
    return {
      hub,
      address: (hi * 2 ** 32 + lo) * 4096,
      write: register.of(status, 'RW') === 1,
      vmid: register.of(status, 'VMID'),
      client,
      clientName: (hub === 'GC' ? clientNames.get(client) : undefined) ?? `client ${client}`,
      moreFaults: register.of(status, 'MORE_FAULTS') === 1,
      walkerError: register.of(status, 'WALKER_ERROR'),
      permissionFaults: register.of(status, 'PERMISSION_FAULTS'),
      mappingError: register.of(status, 'MAPPING_ERROR') === 1,
      status,
    };
  }

  /** Lets the hub latch the next fault. */
  clearFault(hub: Hub): void {
    const control = this.reg(hub, 'VM_L2_PROTECTION_FAULT_CNTL');
    control.update({ CLEAR_PROTECTION_FAULT_STATUS_ADDR: 1 });
    control.update({ CLEAR_PROTECTION_FAULT_STATUS_ADDR: 0 });
  }
}
