/**
 * A card whose races are looked for: compute queues, copy engines and shader core at work, packets written by hand as
 * public drivers have them. Pure software, for tests.
 */
import { SDMA0 } from '../../../../../registers/amd/sdma.ts';
import type { Register } from '../../../../../registers/index.ts';
import { QueueBench, RING_DWORDS, VA, at, pkt } from '../../../cp/testing/queue-bench.ts';
import { makers } from '../../../navi31.ts';
import { RWX, SNOOP, SYS } from '../../../testing/tables.ts';
import { assemble } from '../../isa/index.ts';

export { at, pkt };
/** What tests work on, by VRAM offset; each 64 KiB away from the next. */
export const data = { a: 0x240_0000, b: 0x242_0000, c: 0x244_0000, fence: 0x246_0000, fence2: 0x246_0100 } as const;
const RING2 = 0x248_0000;
const POINTERS2 = 0x249_0000;
const DOORBELL2 = 8;
const COPY_RING = 0x24a_0000;
const COPY_POINTERS = 0x24b_0000;
const COPY_DOORBELL = 0x200;
const COPY_LOG2 = 10;
const CODE = 0x250_0000;
/** Beyond what is mapped to VRAM. */
const HOST = 0x400_0000;
const DESCRIPTORS = 0x260_0000;

/** Work-items of a launch. */
const ITEMS = 64;
/** s[0:1] is read, s[2:3] stored to. */
export const kernels = {
  copy: `v_lshlrev_b32_e32 v1, 2, v0
    v_lshl_add_u32 v1, s4, 7, v1
    global_load_b32 v2, v1, s[0:1]
    s_waitcnt vmcnt(0)
    global_store_b32 v1, v2, s[2:3]
    s_endpgm`,
  fill: `v_lshlrev_b32_e32 v1, 2, v0
    v_lshl_add_u32 v1, s4, 7, v1
    v_add_nc_u32_e32 v2, 7, v1
    global_store_b32 v1, v2, s[2:3]
    s_endpgm`,
  /** As copy, after some hundred thousand instructions. */
  slow: `v_lshlrev_b32_e32 v1, 2, v0
    v_lshl_add_u32 v1, s4, 7, v1
    global_load_b32 v2, v1, s[0:1]
    s_mov_b32 s5, 0x8000
    again: s_sub_i32 s5, s5, 1
    s_cmp_lg_u32 s5, 0
    s_cbranch_scc1 again
    s_waitcnt vmcnt(0)
    global_store_b32 v1, v2, s[2:3]
    s_endpgm`,
  /** In place, at s[0:1]. */
  bump: `v_lshlrev_b32_e32 v1, 2, v0
    v_lshl_add_u32 v1, s4, 7, v1
    global_load_b32 v2, v1, s[0:1]
    s_waitcnt vmcnt(0)
    v_add_nc_u32_e32 v2, 1, v2
    global_store_b32 v1, v2, s[0:1]
    s_endpgm`,
} as const;

export class CardBench extends QueueBench {
  #put2 = 0;
  #copyPut = 0;
  #aql = 0;
  readonly #code = new Map<string, number>();

  constructor(options: { aql?: boolean; check?: 'races' | 'off' } = {}) {
    super({
      aql: options.aql ?? false,
      card: { check: options.check ?? 'races' },
      blocks: { cp: makers.cp, sdma: makers.sdma },
    });
    if (options.aql) this.poke(at.pointers + 0x8c, 0);
  }

  /** VRAM offset of a kernel's code, stored before anything runs. */
  code(kernel: keyof typeof kernels): number {
    let offset = this.#code.get(kernel);
    if (offset === undefined) {
      offset = CODE + this.#code.size * 0x1000;
      this.#code.set(kernel, offset);
      const { bytes } = assemble(kernels[kernel]);
      this.poke(offset, ...new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4));
    }
    return offset;
  }

  /** Packets that launch a kernel from one buffer to another. */
  launch(kernel: keyof typeof kernels, from: number, to: number): number[] {
    const entry = (VA + this.code(kernel)) / 256;
    return [
      ...pkt(0x76, 0x20c, entry % 2 ** 32, Math.floor(entry / 2 ** 32)),
      ...pkt(0x76, 0x212, 0x60af_0000, (4 << 1) | (1 << 7)),
      ...pkt(0x76, 0x240, ...this.va(from), ...this.va(to)),
      ...pkt(0x76, 0x204, 0, 0, 0, 32, 1, 1, 0, 0),
      ...pkt(0x15, ITEMS / 32, 1, 1, 0x8005),
    ];
  }

  /** Host memory that the card reaches: what packets call it (an offset as those of VRAM), and the host's handle. */
  hostMemory(): { readonly at: number; readonly handle: number } {
    const { handle, pieces } = this.bench.port.allocateDma(4096);
    this.tables.map(VA + HOST, pieces[0]!.bus, RWX | SYS | SNOOP);
    this.bench.card.hdp.flush();
    return { at: HOST, handle };
  }

  // --- a second compute queue

  second(): void {
    // the first one's descriptor is looked at when it first runs, and overwritten here
    this.submit(...pkt(0x10, 0));
    this.advance(1_000_000);
    this.setQueue({
      pipe: 0,
      queue: 1,
      change: (mqd) => {
        const page = (VA + RING2) / 256;
        [mqd[136], mqd[137]] = [page % 2 ** 32, Math.floor(page / 2 ** 32)];
        [mqd[139], mqd[140]] = this.va(POINTERS2 + 0x80);
        [mqd[141], mqd[142]] = this.va(POINTERS2 + 0x38);
        mqd[143] = (1 << 30) | (DOORBELL2 << 2);
      },
    });
  }

  submit2(...words: number[]): void {
    const { port, card } = this.bench;
    for (const word of words) port.write(0, RING2 + 4 * (this.#put2++ % RING_DWORDS), 4, word >>> 0);
    port.write64(0, POINTERS2 + 0x38, this.#put2, 0);
    card.hdp.flush();
    port.write64(2, DOORBELL2 * 4, this.#put2, 0);
  }

  // --- AQL

  /** One kernel dispatch of `bump`; `header` bits besides the type. */
  aqlLaunch(buffer: number, header: number): void {
    const index = this.#aql++;
    const code = this.code('bump');
    const descriptor = new Array<number>(16).fill(0);
    const place = DESCRIPTORS + index * 64;
    descriptor[4] = code - place;
    descriptor[5] = code < place ? 0xffff_ffff : 0;
    descriptor[12] = 0x60af_0000;
    // the address of kernel arguments (here: of the buffer) and the dispatch's number are its user data
    descriptor[13] = (4 << 1) | (1 << 7);
    descriptor[14] = 0x400 | 8 | 0x10;
    this.poke(place, ...descriptor);
    const words = [2 | header | (1 << 16), 32, 1, ITEMS, 1, 1, 0, 0, ...this.va(place), ...this.va(buffer), 0, 0, 0, 0];
    words.forEach((word, i) => this.bench.port.write(0, at.ring + index * 64 + 4 * i, 4, word >>> 0));
  }

  aqlRing(): void {
    const { port, card } = this.bench;
    port.write64(0, at.pointers + 0x38, this.#aql, 0);
    card.hdp.flush();
    port.write64(2, 6 * 4, this.#aql - 1, 0);
  }

  // --- a copy engine

  copyEngine(): void {
    const registers = SDMA0.registers as Record<string, Register>;
    const set = (name: string, value: number): void => this.bench.set(registers[`SDMA0_${name}`]!, value);
    const lo = (value: number): number => value % 2 ** 32;
    const hi = (value: number): number => Math.floor(value / 2 ** 32);
    set('F32_CNTL', 0x808_4000);
    set('CNTL', 1);
    set('QUEUEn_MINOR_PTR_UPDATE', 1);
    for (const name of ['RPTR', 'RPTR_HI', 'WPTR', 'WPTR_HI']) set(`QUEUEn_RB_${name}`, 0);
    set('QUEUEn_RB_BASE', lo((VA + COPY_RING) / 256));
    set('QUEUEn_RB_BASE_HI', hi((VA + COPY_RING) / 256));
    set('QUEUEn_RB_RPTR_ADDR_LO', lo(VA + COPY_POINTERS + 0x80));
    set('QUEUEn_RB_RPTR_ADDR_HI', hi(VA + COPY_POINTERS));
    set('QUEUEn_RB_WPTR_POLL_ADDR_LO', lo(VA + COPY_POINTERS + 0x38));
    set('QUEUEn_RB_WPTR_POLL_ADDR_HI', hi(VA + COPY_POINTERS));
    set('QUEUEn_DOORBELL_OFFSET', COPY_DOORBELL * 4);
    set('QUEUEn_DOORBELL', 0x1000_0000);
    set('QUEUEn_MINOR_PTR_UPDATE', 0);
    set('QUEUEn_RB_CNTL', 0x84_1801 | (COPY_LOG2 << 1));
    set('QUEUEn_IB_CNTL', 0x101);
  }

  submitCopy(...words: number[]): void {
    const { port, card } = this.bench;
    for (const word of words) {
      port.write(0, COPY_RING + (this.#copyPut % (4 << COPY_LOG2)), 4, word >>> 0);
      this.#copyPut += 4;
    }
    port.write64(0, COPY_POINTERS + 0x38, this.#copyPut, 0);
    card.hdp.flush();
    card.watch?.doorbell();
    card.sdma.doorbell(COPY_DOORBELL, this.#copyPut, 0, true);
  }

  /** What was said, with where. */
  get said(): { code: string; text: string }[] {
    return this.findings.map(({ code, at: place, because }) => ({
      code,
      text: `${place.where} ${place.what} | ${because.map(({ where, what }) => `${where} ${what}`).join(' ')}`,
    }));
  }
}

// --- packets

export const acquire = pkt(0x58, 0, 0xffff_ffff, 0xff, 0, 0, 0xa, 0xc3f1);
export const partialFlush = pkt(0x46, 0x407);
/** End of pipe: caches written back, `value` stored. */
export const release = (bench: CardBench, fence: number, value: number): number[] =>
  pkt(0x49, 0x0070_f514, 1 << 29, ...bench.va(fence), value, 0, 0);
export const wait = (bench: CardBench, fence: number, value: number): number[] =>
  pkt(0x3c, 0x13, ...bench.va(fence), value, 0xffff_ffff, 4);
export const writeData = (bench: CardBench, to: number, ...values: number[]): number[] =>
  pkt(0x37, 0x10_0500, ...bench.va(to), ...values);
export const dmaData = (bench: CardBench, from: number, to: number, bytes: number): number[] =>
  pkt(0x50, 0, ...bench.va(from), ...bench.va(to), bytes);
export const copyPacket = (bench: CardBench, from: number, to: number, bytes: number): number[] => [
  1,
  bytes - 1,
  0,
  ...bench.va(from),
  ...bench.va(to),
];
export const fillPacket = (bench: CardBench, to: number, bytes: number, value: number): number[] => [
  11 | (2 << 30),
  ...bench.va(to),
  value,
  bytes - 1,
];
export const copyFence = (bench: CardBench, fence: number, value: number): number[] => [5, ...bench.va(fence), value];
export const copyPoll = (bench: CardBench, fence: number, value: number): number[] => [
  8 | (3 << 28) | (1 << 31),
  ...bench.va(fence),
  value,
  0xffff_ffff,
  (0xfff << 16) | 10,
];
