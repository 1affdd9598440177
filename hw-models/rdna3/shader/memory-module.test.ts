/**
 * Translated code's memory functions do what the interpreter's handlers do: the same registers, memory, LDS, faults,
 * translations, and the same said about it in the same order.
 */
import { describe, expect, it } from 'vitest';
import { Random, StateBlock } from '../../../sim/index.ts';
import { Access } from '../../exec/memory.ts';
import { Context } from '../../exec/wasm/context.ts';
import { atomicHasWidth, atomicOperations, Shape } from '../../exec/wasm/memory.ts';
import type { MemoryFunctions } from '../../exec/wasm/memory.ts';
import type { Decoded, Operand } from './isa/types.ts';
import { ldsMemory, scalarLoad, vectorMemory } from './memory-ops.ts';
import { memorySemantics } from './semantics/memory.ts';
import type { MemorySemantics } from './semantics/memory.ts';
import { EXEC, LANES, S, VGPR_DWORDS } from './state.ts';
import type { RdnaHandler } from './strip.ts';
import { TranslatedWorld, World } from './testing/memory-worlds.ts';
import type { Page, Tracking } from './testing/memory-worlds.ts';

const REGISTERS = 24;
const PAGE = 4096;
const BORDER = 2 ** 32;

/** Pages on both sides of a 4 GiB border with holes, one that is read-only, scattered over memory. */
const pages: Page[] = [];
for (let n = 0; n < 24; n++) {
  if (n === 5 || n === 11 || n === 17) continue;
  pages.push({ va: BORDER + (n - 12) * PAGE, at: ((n * 7) % 29) * PAGE, writable: n !== 20 });
}
// two neighbours in memory, too, and two addresses of one page
pages.push({ va: 0x10000, at: 30 * PAGE, writable: true }, { va: 0x11000, at: 31 * PAGE, writable: true });
pages.push({ va: 0x20000, at: 30 * PAGE, writable: true });
// neighbours on both sides of a border of tracked chunks
pages.push({ va: 0x30000, at: 15 * PAGE, writable: true }, { va: 0x31000, at: 16 * PAGE, writable: true });
// what an offset that wraps around 4 GiB might meet
pages.push({ va: BORDER + 0x10000, at: 9 * PAGE, writable: true });

const vgpr = (index: number): Operand => ({ kind: 'vgpr', index }) as Operand;
const sgpr = (index: number): Operand => ({ kind: 'sgpr', index }) as Operand;
const constant = (lo: number): Operand => ({ kind: 'const', lo, index: 0 }) as Operand;

/** An instruction as handlers look at it. */
function instruction(
  operands: { dst?: Record<string, Operand>; src?: Record<string, Operand> },
  rest: { imm?: number; imm1?: number; glc?: boolean } = {},
): Decoded {
  const rows = (of: Record<string, Operand> = {}) =>
    Object.keys(of).map((field) => ({ field, class: 'vgpr', type: 'b32' }));
  return {
    row: { name: 'test', dst: rows(operands.dst), src: rows(operands.src) },
    dst: Object.values(operands.dst ?? {}),
    src: Object.values(operands.src ?? {}),
    imm: rest.imm ?? 0,
    imm1: rest.imm1 ?? 0,
    glc: rest.glc ?? false,
  } as unknown as Decoded;
}

class Pair {
  readonly reference: World;
  readonly translated: TranslatedWorld;
  readonly random: Random;
  readonly tracking: Tracking;

  constructor(seed: number, tracking: Tracking) {
    this.random = new Random(new StateBlock('test'), seed);
    this.tracking = tracking;
    this.reference = new World(pages, tracking);
    this.translated = new TranslatedWorld(pages, tracking);
    this.both((world) => {
      for (let i = 0; i < world.data.length; i++) world.data[i] = (i * 167 + (i >>> 8)) & 0xff;
      for (let i = 0; i < world.shader.lds.length; i++) world.shader.lds[i] = (i * 91 + (i >>> 8)) & 0xff;
      const { s } = world.strips[0]!;
      s[S.SHARED_BASE] = 0x1_0000;
      s[S.PRIVATE_BASE] = 0x2_0000;
      s[S.FLAT_SCRATCH_LO] = (BORDER - 8 * PAGE + 256) | 0;
      s[S.FLAT_SCRATCH_HI] = 0;
    });
  }

  both(change: (world: World) => void): void {
    change(this.reference);
    change(this.translated);
  }

  below(n: number): number {
    return this.random.below(n);
  }
  pick<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }
  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  mask(): number {
    const n = this.below(32);
    switch (this.below(7)) {
      case 0:
        return 1 << n;
      case 1:
        return this.word();
      case 2:
        return ((1 << n) - 1) << this.below(8);
      case 3:
        return this.word() | this.word();
      default:
        return -1;
    }
  }
  word(): number {
    return this.below(65536) | (this.below(65536) << 16);
  }

  /** 32 addresses around a place where something may happen, from 0 to 2^48. */
  addresses(bytes: number): number[] {
    const page = this.chance(8)
      ? this.pick([0x0f000, 0x10000, 0x11000, 0x20000])
      : BORDER + (this.chance(2) ? this.below(4) - 4 : this.below(26) - 13) * PAGE;
    let start = page + this.below(PAGE);
    if (this.chance(3)) start = page + this.pick([0, PAGE - bytes * LANES, PAGE - bytes * 20, PAGE - bytes]);
    if (!this.chance(4)) start -= start % 4;
    switch (this.below(8)) {
      case 0:
        return Array.from({ length: LANES }, () => page + this.below(PAGE / 4) * 4);
      case 1:
        return Array.from({ length: LANES }, () => page + this.below(PAGE * 2));
      case 2:
        return Array.from({ length: LANES }, () => BORDER + ((this.below(9) - 9) * PAGE) / 2 + this.below(64) * 4);
      case 3:
        return Array.from({ length: LANES }, () => start);
      case 4: {
        const step = this.pick([4, 8, 12, 16, 32, 256, 4096, 1, -4]);
        return Array.from({ length: LANES }, (_, i) => start + i * step);
      }
      default:
        return Array.from({ length: LANES }, (_, i) => start + i * bytes);
    }
  }

  /** Writes a vector register of both worlds. */
  register(half: number, register: number, values: readonly number[]): void {
    this.both((world) => world.strips[half]!.v.set(values, register * LANES));
  }

  /** New contents for registers; what coherence may have to say. */
  stir(): void {
    for (const half of [0, 1])
      for (let r = 0; r < REGISTERS; r++)
        this.register(
          half,
          r,
          Array.from({ length: LANES }, () => this.word()),
        );
    if (this.chance(50)) this.both(({ port }) => port.begin());
    if (this.tracking !== 'tables') return;
    if (this.chance(2)) {
      const at = this.below(32 * PAGE - 256);
      const bytes = this.pick([1, 4, 64, 200]);
      this.both(({ coherence, dataAt }) => coherence.changed(dataAt + at, bytes, 5));
    }
    const waits = this.chance(5) ? 1 : 0;
    this.both(({ waiting }) => (waiting[0] = waits));
    if (this.chance(10)) {
      const bits = Array.from({ length: 4 }, () => this.pick([0, 0, 1 << this.below(8), 0xff]));
      this.both(({ waitingPages, dataAt }) => waitingPages.set(bits, dataAt >>> 15));
    }
    if (this.chance(20)) {
      const gcr = this.pick([0x300, 0x8000]);
      this.both(({ coherence }) => coherence.handled(gcr));
    }
    if (this.chance(30)) {
      const page = this.below(32);
      this.both(({ watch, dataAt }) => watch.mark(dataAt + page * PAGE));
    }
    if (this.chance(300)) this.both(({ watch }) => watch.marks.fill(0));
    if (this.chance(100)) this.both(({ coherence, dataAt }) => coherence.bypassed((dataAt >>> 16) + 1));
    if (this.chance(100)) this.both(({ coherence }) => coherence.reset());
  }

  /** Runs both and compares everything. */
  run(what: string, half: number, mask: number, handler: RdnaHandler, call: (f: MemoryFunctions) => void): void {
    const { reference, translated } = this;
    this.both((world) => {
      world.log.length = 0;
      world.strips[0]!.s[EXEC + half] = mask;
    });
    translated.refresh();
    handler(reference.strips[half]!);
    call(translated.functions);
    if (reference.log.join('\n') !== translated.log.join('\n')) expect(translated.log, what).toEqual(reference.log);
    this.same(what, 'registers', reference.shader.vgprs, translated.shader.vgprs, 2 * VGPR_DWORDS);
    this.same(what, 'scalars', reference.shader.scalars, translated.shader.scalars);
    this.same(what, 'memory', reference.data, translated.data);
    this.same(what, 'LDS', reference.shader.lds, translated.shader.lds, 6000);
    this.same(what, 'translations', reference.port.tlb, translated.port.tlb);
    if (this.tracking === 'tables')
      for (const name of ['coherence.lines', 'coherence.chunk loaded', 'coherence.chunk dirty'])
        this.same(what, name, this.table(reference, name), this.table(translated, name));
  }

  private table(world: World, name: string): Uint32Array {
    return name === 'coherence.lines'
      ? world.state.u32(name, 16_384 * 8)
      : world.state.u32(name, world.arena.chunkCount);
  }

  private same(
    what: string,
    name: string,
    a: Int32Array | Uint8Array | Uint32Array,
    b: Int32Array | Uint8Array | Uint32Array,
    length = a.length,
  ): void {
    const bytes = (of: typeof a): Uint8Array => new Uint8Array(of.buffer, of.byteOffset, length * of.BYTES_PER_ELEMENT);
    if (Buffer.compare(bytes(a), bytes(b)) === 0) return;
    for (let i = 0; i < length; i++)
      if (a[i] !== b[i])
        expect(`${name}[${i}] = ${b[i]!.toString(16)}`, what).toBe(`${name}[${i}] = ${a[i]!.toString(16)}`);
  }
}

const trackings: readonly Tracking[] = ['none', 'everything', 'tables'];
const sizes = { 8: 'u8', 16: 'u16', 32: 'b32', 64: 'b64', 96: 'b96', 128: 'b128' } as const;
type Bits = keyof typeof sizes;
const allBits = [8, 16, 32, 64, 96, 128] as const;

/** A name for a load of part of a dword, and its shape. */
const smallLoads: Record<8 | 16, readonly [string, number][]> = {
  8: [
    ['u8', 0],
    ['i8', Shape.signed],
    ['d16_u8', Shape.low],
    ['d16_i8', Shape.low | Shape.signed],
    ['d16_hi_u8', Shape.high],
    ['d16_hi_i8', Shape.high | Shape.signed],
  ],
  16: [
    ['u16', 0],
    ['i16', Shape.signed],
    ['d16_b16', Shape.low],
    ['d16_hi_b16', Shape.high],
  ],
};

/** One of the accesses to memory of so many bits: the end of its name, and what its function is told. */
function variant(pair: Pair, bits: Bits, store: boolean): { type: string; shape: number; shift: number } {
  if (bits !== 8 && bits !== 16) return { type: sizes[bits], shape: 0, shift: 0 };
  if (store) {
    const shift = pair.pick([0, 16]);
    return { type: `${shift === 0 ? '' : 'd16_hi_'}b${bits}`, shape: 0, shift };
  }
  const [type, shape] = pair.pick(smallLoads[bits]);
  return { type, shape, shift: 0 };
}

describe.each(trackings)('memory, tracking %s', (tracking) => {
  it.each(['global', 'flat'] as const)('%s loads and stores', (space) => {
    const pair = new Pair(space === 'global' ? 11 : 12, tracking);
    for (let n = 0; n < 1200; n++) {
      pair.stir();
      const half = pair.below(2);
      const mask = pair.mask();
      const bits = pair.pick(allBits);
      const store = pair.chance(2);
      const glc = pair.chance(3);
      const imm = pair.pick([0, 0, 4, -8, 2047, -4096]);
      const shared = pair.chance(12) ? 1 : 0x1_0000;
      pair.both(({ strips: [w] }) => (w!.s[S.SHARED_BASE] = shared));
      const form = space === 'flat' ? 'Flat' : pair.pick(['Offset', 'Pair'] as const);
      const data = pair.below(12);
      const address = pair.pick([20, data, 21]);
      const none = form === 'Offset' && pair.chance(6);
      const addresses = pair.addresses(bits / 8);
      if (form === 'Offset') {
        const base = none
          ? addresses[0]!
          : pair.chance(2)
            ? Math.min(...addresses)
            : pair.pick([BORDER - 64, 0x2000, addresses[4]!]);
        const at = base - imm;
        pair.both(({ strips: [w] }) => {
          w!.s[8] = at | 0;
          w!.s[9] = Math.floor(at / BORDER);
        });
        pair.register(
          half,
          address,
          addresses.map((a) => (a - base) | 0),
        );
      } else {
        pair.register(
          half,
          address,
          addresses.map((a) => (a - imm) | 0),
        );
        pair.register(
          half,
          address + 1,
          addresses.map((a) => Math.floor((a - imm) / BORDER)),
        );
        if (space === 'flat' && pair.chance(3)) {
          const one = pair.below(LANES);
          pair.both(({ strips }) => (strips[half]!.v[(address + 1) * LANES + one] = 0x2_0000));
          for (let i = 0; i < LANES; i++) {
            const window = pair.pick([0, 0x1_0000, 0x2_0000]);
            if (window === 0) continue;
            const low = pair.below(4000) - imm;
            pair.both(({ strips }) => {
              strips[half]!.v[address * LANES + i] = low;
              strips[half]!.v[(address + 1) * LANES + i] = window + (low < 0 ? -1 : 0);
            });
          }
        }
      }
      const { type, shape, shift } = variant(pair, bits, store);
      const name = `${space}_${store ? 'store' : 'load'}_${type}`;
      const semantics = memorySemantics(name)!;
      const d = instruction(
        {
          ...(!store && { dst: { vdst: vgpr(data) } }),
          src: {
            ...(!none && { vaddr: vgpr(address) }),
            ...(store && { vdata: vgpr(data) }),
            ...(form === 'Offset' && { saddr: sgpr(8) }),
          },
        },
        { imm, glc },
      );
      const { translated: w } = pair;
      const { cx } = w;
      const reg = w.register(data, half);
      const from = none ? cx + Context.ZEROS : w.register(address, half);
      const s = w.strips[0]!.s;
      const base = BigInt.asIntN(64, (BigInt(s[9]!) << 32n) + BigInt(s[8]! >>> 0) + BigInt(imm));
      const fresh = glc ? 1 : 0;
      pair.run(`${n} ${name} ${form} mask ${mask}`, half, mask, vectorMemory(d, semantics), (f) => {
        const functionName = `${store ? 'store' : 'load'}${bits}${form}` as keyof MemoryFunctions;
        const tail = store ? (bits < 32 ? [shift] : []) : bits < 32 ? [shape, fresh] : [fresh];
        const where = form === 'Offset' ? [from, base] : form === 'Pair' ? [from, imm] : [from, imm, half * LANES];
        (f[functionName] as (...given: (number | bigint)[]) => void)(cx, mask, reg, ...where, ...tail);
      });
    }
  });

  it('scratch', () => {
    const pair = new Pair(16, tracking);
    for (let n = 0; n < 1000; n++) {
      pair.stir();
      const half = pair.below(2);
      const lanes = pair.pick([32, 64]);
      const mask = pair.mask();
      const bits = pair.pick(allBits);
      const store = pair.chance(2);
      const imm = pair.pick([0, 0, 4, -8, 16]);
      const scalar = pair.pick([0, 64, 1]);
      const data = pair.below(12);
      const address = pair.pick([20, data]);
      const none = pair.chance(2);
      // scratch goes over the 4 GiB border
      const start = BORDER - pair.pick([8, 7, 0, 1]) * PAGE + pair.pick([0, 256, 4, -128]);
      const reach = pair.pick([16, 64, 400]);
      const one = pair.below(reach);
      const uniform = pair.chance(2);
      pair.register(
        half,
        address,
        Array.from({ length: LANES }, () => (uniform ? one : pair.below(reach)) - (pair.chance(2000) ? 300 : 0)),
      );
      pair.both(({ strips: [w] }) => {
        w!.s[S.STRIPS] = lanes / 32;
        w!.s[S.FLAT_SCRATCH_LO] = start | 0;
        w!.s[S.FLAT_SCRATCH_HI] = Math.floor(start / BORDER);
        w!.s[10] = scalar;
      });
      const { type, shape, shift } = variant(pair, bits, store);
      const name = `scratch_${store ? 'store' : 'load'}_${type}`;
      const d = instruction(
        {
          ...(!store && { dst: { vdst: vgpr(data) } }),
          src: { ...(!none && { vaddr: vgpr(address) }), ...(store && { vdata: vgpr(data) }), saddr: sgpr(10) },
        },
        { imm },
      );
      const { translated: w } = pair;
      const from = none ? w.cx + Context.ZEROS : w.register(address, half);
      pair.run(`${n} ${name} mask ${mask}`, half, mask, vectorMemory(d, memorySemantics(name)!), (f) => {
        const call = f[`${store ? 'store' : 'load'}${bits}Scratch`] as (...given: number[]) => void;
        const tail = store ? (bits < 32 ? [shift] : []) : bits < 32 ? [shape, 0] : [0];
        call(w.cx, mask, w.register(data, half), from, scalar + imm, half * LANES, ...tail);
      });
    }
  });

  it('atomics', () => {
    const pair = new Pair(17, tracking);
    for (let n = 0; n < 1200; n++) {
      pair.stir();
      const half = pair.below(2);
      const mask = pair.mask();
      const bits = pair.pick([32, 64] as const);
      const operation = pair.pick(atomicOperations);
      if (!atomicHasWidth(operation, bits)) continue;
      const form = pair.pick(['Offset', 'Pair', 'Flat', 'Lds'] as const);
      const glc = pair.chance(2);
      const imm = pair.pick([0, 8, -8, 2]);
      const data = pair.below(8);
      const to = pair.pick([12, data]);
      const address = pair.pick([20, 12]);
      const compares = operation.startsWith('cmpswap');
      const second = form === 'Lds' ? 16 : compares ? data + bits / 32 : -1;
      const addresses =
        form === 'Lds' ? Array.from({ length: LANES }, () => pair.below(3100)) : pair.addresses(bits / 8);
      const base = pair.chance(2) ? BORDER - 64 : addresses[2]!;
      if (form === 'Lds') pair.register(half, address, addresses);
      else if (form === 'Offset') {
        pair.both(({ strips: [w] }) => {
          w!.s[8] = (base - imm) | 0;
          w!.s[9] = Math.floor((base - imm) / BORDER);
        });
        pair.register(
          half,
          address,
          addresses.map((a) => (a - base) | 0),
        );
      } else {
        pair.register(
          half,
          address,
          addresses.map((a) => (a - imm) | 0),
        );
        pair.register(
          half,
          address + 1,
          addresses.map((a) => Math.floor((a - imm) / BORDER)),
        );
        if (form === 'Flat')
          for (let i = 0; i < LANES; i++) {
            const window = pair.pick([0, 0, 0x1_0000, 0x2_0000]);
            if (window === 0) continue;
            const low = pair.below(3100);
            pair.both(({ strips }) => {
              strips[half]!.v[address * LANES + i] = low;
              strips[half]!.v[(address + 1) * LANES + i] = window;
            });
          }
      }
      // values that mean something to floats and comparisons
      const value = (): number =>
        pair.pick([0, 1, -1, 0x7f800000, 0x7fc00001, -0x80000000, 0x3f800000, 0x7ff80000, pair.word(), pair.below(8)]);
      for (const r of [data, data + 1, data + 2, data + 3, 16, 17])
        if (r !== address && (r !== address + 1 || form === 'Offset'))
          pair.register(half, r, Array.from({ length: LANES }, value));
      const cells = Array.from({ length: 64 }, value);
      const at = pair.below(32 * PAGE - 256) & -8;
      pair.both((world) => {
        new Int32Array(world.data.buffer, world.data.byteOffset + at, 64).set(cells);
        new Int32Array(world.shader.lds.buffer, world.shader.lds.byteOffset + 2048 + (at & 0x7f8), 64).set(cells);
      });
      const space = form === 'Lds' ? 'lds' : form === 'Flat' ? 'flat' : 'global';
      const semantics: MemorySemantics = {
        space,
        action: 'atomic',
        bytes: bits / 8,
        signed: false,
        part: 'all',
        operation,
        returns: glc,
        stride64: false,
        byLane: false,
      };
      const d = instruction(
        {
          dst: { vdst: vgpr(to) },
          src: {
            ...(form === 'Lds'
              ? { addr: vgpr(address), data0: vgpr(data), data1: vgpr(16) }
              : { vaddr: vgpr(address), vdata: vgpr(data) }),
            ...(form === 'Offset' && { saddr: sgpr(8) }),
          },
        },
        { imm, glc },
      );
      const { translated: w } = pair;
      const handler = form === 'Lds' ? ldsMemory(d, semantics) : vectorMemory(d, semantics);
      pair.run(`${n} ${operation} ${bits} ${form} mask ${mask}`, half, mask, handler, (f) => {
        const common = [
          w.cx,
          mask,
          atomicOperations.indexOf(operation),
          glc ? w.register(to, half) : 0,
          w.register(data, half),
          second < 0 ? 0 : w.register(second, half),
          w.register(address, half),
        ] as const;
        if (form === 'Lds') f[`ldsAtomic${bits}`](...common, imm);
        else if (form === 'Offset') f[`atomic${bits}Offset`](...common, BigInt(base));
        else if (form === 'Pair') f[`atomic${bits}Pair`](...common, imm);
        else f[`atomic${bits}Flat`](...common, imm, half * LANES);
      });
    }
  });

  it('scalar loads', () => {
    const pair = new Pair(13, tracking);
    for (let n = 0; n < 1000; n++) {
      pair.stir();
      const dwords = pair.pick([1, 2, 4, 8, 16] as const);
      const address = pair.chance(20) ? 2 ** 48 - 8 : pair.addresses(4)[0]!;
      const offset = pair.pick([0, 4, 100, -20]);
      const glc = pair.chance(4);
      const to = pair.pick([16, 8, 4]);
      const at = address - offset;
      pair.both(({ strips: [w] }) => {
        w!.s[8] = at | 0;
        w!.s[9] = Math.floor(at / BORDER) | 0x50000;
      });
      const d = instruction(
        { dst: { sdata: sgpr(to) }, src: { sbase: sgpr(8), soffset: constant(0) } },
        { imm: offset, glc },
      );
      const semantics = memorySemantics(`s_load_b${dwords * 32}`)!;
      const { translated: w } = pair;
      const s = w.strips[0]!.s;
      const base = (BigInt(s[9]! & 0xffff) << 32n) + BigInt(s[8]! >>> 0);
      pair.run(`${n} scalar ${dwords}`, 0, -1, scalarLoad(d, semantics), (f) =>
        f.scalarLoad(w.cx, w.scalars + 4 * to, dwords, (base + BigInt(offset)) & -4n, glc ? 1 : 0),
      );
    }
  });
});

describe('addresses of one kind', () => {
  /** Loads or stores dwords at `base` + offsets three times: translations and lines are known by then. */
  const access = (
    pair: Pair,
    store: boolean,
    base: number,
    offsets: readonly number[],
    between = (): void => {},
  ): void => {
    const semantics = memorySemantics(`global_${store ? 'store' : 'load'}_b32`)!;
    const d = instruction({
      ...(!store && { dst: { vdst: vgpr(3) } }),
      src: { vaddr: vgpr(20), ...(store && { vdata: vgpr(3) }), saddr: sgpr(8) },
    });
    pair.both(({ strips: [w] }) => {
      w!.s[8] = base | 0;
      w!.s[9] = Math.floor(base / BORDER);
    });
    pair.register(0, 20, offsets);
    const { translated: w } = pair;
    for (let n = 0; n < 3; n++) {
      between();
      pair.run(`time ${n}`, 0, -1, vectorMemory(d, semantics), (f) =>
        store
          ? f.store32Offset(w.cx, -1, w.register(3), w.register(20), BigInt(base))
          : f.load32Offset(w.cx, -1, w.register(3), w.register(20), BigInt(base), 0),
      );
    }
  };
  const lanes = (of: (i: number) => number): number[] => Array.from({ length: LANES }, (_, i) => of(i));

  it.each([false, true])('offsets around 4 GiB are far apart (store %s)', (store) => {
    const pair = new Pair(20, 'tables');
    // the page that the first lane is in, which has the other one's place among the translations
    const warm = (): void => pair.both(({ port }) => void port.page(0x10000, 1, store ? Access.write : Access.read));
    const scattered = lanes((i) => (i % 3 === 0 ? -4 * (i % 8) - 4 : 8 * i));
    access(
      pair,
      store,
      0x10020,
      lanes((i) => (i - 8) * 4),
      warm,
    );
    access(pair, store, 0x10020, scattered, warm);
  });

  it.each([false, true])('a run goes on into another page and chunk (store %s)', (store) => {
    for (const marked of [-1, 15, 16]) {
      const pair = new Pair(21, 'tables');
      if (marked >= 0) pair.both(({ watch, dataAt }) => watch.mark(dataAt + marked * PAGE));
      access(
        pair,
        store,
        0x30fc0,
        lanes((i) => i * 4),
      );
      access(
        pair,
        store,
        0x10fc0,
        lanes((i) => i * 4),
      );
      access(
        pair,
        store,
        0x30fc0,
        lanes((i) => (i ^ 1) * 4),
      );
      access(
        pair,
        store,
        0x31000,
        lanes((i) => i * 4096 - 4096 * 2 * (i >> 1)),
      );
    }
  });

  it.each([false, true])('one dword of a line has changed (store %s)', (store) => {
    for (let word = 0; word < 16; word++) {
      const pair = new Pair(22, 'tables');
      const change = (): void =>
        pair.both(({ coherence, dataAt }) => coherence.changed(dataAt + 30 * PAGE + word * 4, 4, 9));
      access(
        pair,
        store,
        0x10000,
        lanes((i) => (i % 13) * 4),
        change,
      );
      access(
        pair,
        store,
        0x10000,
        lanes((i) => (i % 2) * 32 + (i >> 2) * 4),
        change,
      );
      access(
        pair,
        store,
        0x10000,
        lanes((i) => (i % 5) * 4096 + i * 4),
        change,
      );
      access(
        pair,
        store,
        0x10000,
        lanes((i) => i * 4),
        change,
      );
    }
  });
});

describe('rows', () => {
  it.each(['none', 'tables', 'everything'] as const)(
    'are done where they are simple, and not at all elsewhere (%s)',
    (tracking) => {
      const pair = new Pair(23, tracking);
      const outcomes = new Set<string>();
      for (let n = 0; n < 1200; n++) {
        pair.stir();
        const dwords = pair.pick([1, 2, 3, 4] as const);
        const store = pair.chance(2);
        const data = pair.below(12);
        const glc = pair.chance(4);
        const start = pair.addresses(4)[pair.below(4)]!;
        const address = pair.chance(3)
          ? start
          : start - (start % PAGE) + 4 * pair.below(300) + (pair.chance(6) ? 2 : 0);
        if (address >= 2 ** 48 - PAGE) continue;
        pair.both(({ strips: [w] }) => {
          w!.s[8] = address | 0;
          w!.s[9] = Math.floor(address / BORDER);
        });
        pair.register(
          0,
          20,
          Array.from({ length: LANES }, (_, i) => i * 4 * dwords),
        );
        const size = `b${32 * dwords}`;
        const semantics = memorySemantics(`global_${store ? 'store' : 'load'}_${size}`)!;
        const d = instruction(
          {
            ...(!store && { dst: { vdst: vgpr(data) } }),
            src: { vaddr: vgpr(20), ...(store && { vdata: vgpr(data) }), saddr: sgpr(8) },
          },
          { glc },
        );
        const { translated: w } = pair;
        const bits = (32 * dwords) as 32 | 64 | 96 | 128;
        const fresh = glc ? 1 : 0;
        pair.run(`${n} ${semantics.action} ${size} ${address.toString(16)}`, 0, -1, vectorMemory(d, semantics), (f) => {
          const done = store
            ? f[`store${bits}Row`](w.cx, w.register(data), BigInt(address))
            : f[`load${bits}Row`](w.cx, w.register(data), BigInt(address), fresh);
          outcomes.add(`${semantics.action} ${dwords} ${done}`);
          if (done !== 0) return;
          if (store) f[`store${bits}Offset`](w.cx, -1, w.register(data), w.register(20), BigInt(address));
          else f[`load${bits}Offset`](w.cx, -1, w.register(data), w.register(20), BigInt(address), fresh);
        });
      }
      // where all is told there is nothing that a row does
      expect(outcomes.size).toBe(tracking === 'everything' ? 8 : 16);
    },
  );
});

describe('LDS', () => {
  const addressesIn = (pair: Pair, bytes: number): number[] => {
    const start = pair.below(3100);
    const align = pair.chance(4) ? 1 : 4;
    const round = (x: number): number => (x - (x % align)) | 0;
    switch (pair.below(6)) {
      case 0:
        return Array.from({ length: LANES }, () => round(pair.below(2600)));
      case 1:
        return Array.from({ length: LANES }, () => (pair.chance(5) ? pair.word() : round(pair.below(3200))));
      case 2:
        return Array.from({ length: LANES }, () => round(start));
      case 3:
        return Array.from({ length: LANES }, () => (pair.chance(9) ? -4 : round(pair.below(2000))));
      default:
        return Array.from({ length: LANES }, (_, i) => round(pair.below(2) * 1000) + i * bytes);
    }
  };

  it('loads and stores', () => {
    const pair = new Pair(14, 'none');
    for (let n = 0; n < 1500; n++) {
      pair.stir();
      const half = pair.below(2);
      const mask = pair.mask();
      const bits = pair.pick(allBits) as Bits;
      const store = pair.chance(2);
      const imm = pair.pick([0, 0, 4, 256, 65535, 1]);
      const data = pair.below(12);
      const address = pair.pick([20, data]);
      pair.register(half, address, addressesIn(pair, bits / 8));
      let type: string = sizes[bits];
      let shape = 0;
      let shift = 0;
      if (bits < 32) {
        if (store) {
          shift = pair.pick([0, 16]);
          type = `b${bits}${shift === 0 ? '' : '_d16_hi'}`;
        } else {
          const small = pair.pick(smallLoads[bits as 8 | 16]);
          shape = small[1];
          type = small[0].replace(
            /^(d16_hi|d16)_(.*)$/,
            (_, part: string, kind: string) => `${kind.replace('b16', 'u16')}${part === 'd16' ? '_d16' : '_d16_hi'}`,
          );
        }
      }
      const name = `ds_${store ? 'store' : 'load'}_${type}`;
      const d = instruction(
        {
          ...(!store && { dst: { vdst: vgpr(data) } }),
          src: { addr: vgpr(address), ...(store && { data0: vgpr(data) }) },
        },
        { imm },
      );
      const { translated: w } = pair;
      pair.run(`${n} ${name} mask ${mask}`, half, mask, ldsMemory(d, memorySemantics(name)!), (f) => {
        const call = f[`lds${store ? 'Store' : 'Load'}${bits}` as keyof MemoryFunctions] as (
          ...given: number[]
        ) => void;
        call(w.cx, mask, w.register(data, half), w.register(address, half), imm, store ? shift : shape);
      });
    }
  });

  it('pairs, exchanges and counters', () => {
    const pair = new Pair(15, 'none');
    for (let n = 0; n < 1200; n++) {
      pair.stir();
      const half = pair.below(2);
      const mask = pair.mask();
      const bits = pair.pick([32, 64] as const);
      const action = pair.pick(['load', 'store', 'storexchg', 'count'] as const);
      const [imm, imm1] = [pair.pick([0, 1, 3, 255]), pair.pick([0, 1, 7, 200])];
      const [first, second, to] = [pair.below(8), 8 + pair.below(4), pair.below(14)];
      const address = pair.pick([20, to]);
      pair.register(half, address, addressesIn(pair, bits / 8));
      const { translated: w } = pair;
      const where = [w.register(address, half), (imm * bits) / 8, (imm1 * bits) / 8] as const;
      const data = [w.register(first, half), w.register(second, half)] as const;
      const target = w.register(to, half);
      if (action === 'count') {
        const name = pair.pick(['ds_append', 'ds_consume']);
        const at = pair.pick([16, 17, 2996, 2997, 65535]);
        pair.both(({ strips: [strip] }) => (strip!.s[125] = at << 16));
        const d = instruction({ dst: { vdst: vgpr(to) } }, { imm });
        let lanes = 0;
        for (let i = 0; i < LANES; i++) lanes += (mask >>> i) & 1;
        pair.run(`${n} ${name}`, half, mask, ldsMemory(d, memorySemantics(name)!), (f) =>
          f.ldsCount(w.cx, mask, target, at + imm, name === 'ds_append' ? lanes : -lanes),
        );
        continue;
      }
      const name = `ds_${action}_2addr_${action === 'storexchg' ? 'rtn_' : ''}b${bits}`;
      const d = instruction(
        {
          ...(action !== 'store' && { dst: { vdst: vgpr(to) } }),
          src: { addr: vgpr(address), ...(action !== 'load' && { data0: vgpr(first), data1: vgpr(second) }) },
        },
        { imm, imm1 },
      );
      pair.run(`${n} ${name} mask ${mask}`, half, mask, ldsMemory(d, memorySemantics(name)!), (f) => {
        if (action === 'load') f[`ldsLoadTwo${bits}`](w.cx, mask, target, ...where);
        else if (action === 'store') f[`ldsStoreTwo${bits}`](w.cx, mask, ...data, ...where);
        else f[`ldsExchangeTwo${bits}`](w.cx, mask, ...data, ...where, target);
      });
    }
  });
});
