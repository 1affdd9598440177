/**
 * Writes WebAssembly modules: bytes out, no library. A function body is written instruction by instruction in the
 * text format's names; locals are handed out on demand and can be given back.
 *
 * Nothing is checked here: `WebAssembly.validate` does it better.
 *
 * Source: WebAssembly core specification 2.0, binary format. Pure software.
 */
import { laneMemoryOpcodes, laneOpcodes, memoryOpcodes, opcodes } from './opcodes.ts';
import type { LaneMemoryOpcode, LaneOpcode, MemoryOpcode, Opcode } from './opcodes.ts';

export const Type = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type Type = (typeof Type)[keyof typeof Type];
/** What a block leaves on the stack. */
export const NO_RESULT = 0x40;

/** Bytes that grow. */
class Bytes {
  data: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  length = 0;

  room(more: number): void {
    if (this.length + more <= this.data.length) return;
    const bigger = new Uint8Array(Math.max(this.data.length * 2, this.length + more));
    bigger.set(this.data.subarray(0, this.length));
    this.data = bigger;
  }
  byte(value: number): void {
    if (this.length === this.data.length) this.room(1);
    this.data[this.length++] = value;
  }
  unsigned(value: number): void {
    let v = value >>> 0;
    while (v >= 0x80) {
      this.byte((v & 0x7f) | 0x80);
      v >>>= 7;
    }
    this.byte(v);
  }
  signed(value: number): void {
    let v = value | 0;
    for (;;) {
      const low = v & 0x7f;
      v >>= 7;
      if ((v === 0 && (low & 0x40) === 0) || (v === -1 && (low & 0x40) !== 0)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }
  signed64(value: bigint): void {
    let v = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(v & 0x7fn);
      v >>= 7n;
      if ((v === 0n && (low & 0x40) === 0) || (v === -1n && (low & 0x40) !== 0)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }
  append(from: Uint8Array): void {
    this.room(from.length);
    this.data.set(from, this.length);
    this.length += from.length;
  }
  name(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.unsigned(bytes.length);
    this.append(bytes);
  }
  get view(): Uint8Array<ArrayBuffer> {
    return this.data.subarray(0, this.length);
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** One function's body. Every method returns nothing and appends one instruction, except where it says otherwise. */
export class Code {
  readonly #bytes = new Bytes();
  readonly #parameters: number;
  readonly #locals: Type[];
  readonly #free: Map<Type, number[]>;

  constructor(parameters: readonly Type[], whole?: Code) {
    this.#parameters = whole === undefined ? parameters.length : whole.#parameters;
    this.#locals = whole === undefined ? [] : whole.#locals;
    this.#free = whole === undefined ? new Map() : whole.#free;
  }

  /** Instructions of the same function, written apart and put in place with `append`: it shares the locals. */
  fragment(): Code {
    return new Code([], this);
  }
  /** Puts a fragment's instructions here. */
  append(part: Code): void {
    this.#bytes.append(part.#bytes.view);
  }

  /** A local of that type: its number. One that was given back is used again and holds what it held. */
  local(type: Type): number {
    return this.#free.get(type)?.pop() ?? this.fresh(type);
  }
  /** A local that nothing has used yet: what is set before a loop must not be a temporary of the loop's body. */
  fresh(type: Type): number {
    this.#locals.push(type);
    return this.#parameters + this.#locals.length - 1;
  }
  /** Gives a local back. */
  free(type: Type, local: number): void {
    let list = this.#free.get(type);
    if (list === undefined) this.#free.set(type, (list = []));
    list.push(local);
  }

  op(name: Opcode): void {
    this.#opcode(opcodes[name]);
  }
  #opcode(code: number): void {
    if (code > 0xffff) {
      this.#bytes.byte(code >>> 16);
      this.#bytes.unsigned(code & 0xffff);
    } else this.#bytes.byte(code);
  }
  get(local: number): void {
    this.#bytes.byte(0x20);
    this.#bytes.unsigned(local);
  }
  set(local: number): void {
    this.#bytes.byte(0x21);
    this.#bytes.unsigned(local);
  }
  tee(local: number): void {
    this.#bytes.byte(0x22);
    this.#bytes.unsigned(local);
  }
  i32(value: number): void {
    this.#bytes.byte(0x41);
    this.#bytes.signed(value);
  }
  i64(value: bigint): void {
    this.#bytes.byte(0x42);
    this.#bytes.signed64(value);
  }
  f32(value: number): void {
    this.#bytes.byte(0x43);
    scratch.setFloat32(0, value, true);
    for (let i = 0; i < 4; i++) this.#bytes.byte(scratch.getUint8(i));
  }
  f64(value: number): void {
    this.#bytes.byte(0x44);
    scratch.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) this.#bytes.byte(scratch.getUint8(i));
  }
  /** Four dwords, lane 0 first. */
  v128(a: number, b: number, c: number, d: number): void {
    this.#opcode(0xfd_000c);
    for (const x of [a, b, c, d]) for (let i = 0; i < 32; i += 8) this.#bytes.byte((x >>> i) & 0xff);
  }
  /** The same dword in every lane. */
  splat(value: number): void {
    this.v128(value, value, value, value);
  }
  /** The same f64 in both halves. */
  splat64(value: number): void {
    scratch.setFloat64(0, value, true);
    const low = scratch.getInt32(0, true);
    const high = scratch.getInt32(4, true);
    this.v128(low, high, low, high);
  }
  /** Sixteen byte numbers of {second : first}. */
  shuffle(bytes: readonly number[]): void {
    this.#opcode(0xfd_000d);
    for (const b of bytes) this.#bytes.byte(b);
  }
  /** The same by dwords: four numbers, 0-3 of the first operand, 4-7 of the second. */
  shuffle32(a: number, b: number, c: number, d: number): void {
    this.shuffle([a, b, c, d].flatMap((n) => [4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3]));
  }
  /** Load, store or atomic at the address on the stack plus `offset` bytes. `align`: log2, natural where absent. */
  memory(name: MemoryOpcode, offset = 0, align?: number): void {
    const [code, natural] = memoryOpcodes[name];
    this.#opcode(code);
    this.#bytes.unsigned(align ?? natural);
    this.#bytes.unsigned(offset);
  }
  lane(name: LaneOpcode, lane: number): void {
    this.#opcode(laneOpcodes[name]);
    this.#bytes.byte(lane);
  }
  laneMemory(name: LaneMemoryOpcode, lane: number, offset = 0): void {
    const [code, natural] = laneMemoryOpcodes[name];
    this.#opcode(code);
    this.#bytes.unsigned(natural);
    this.#bytes.unsigned(offset);
    this.#bytes.byte(lane);
  }

  block(result: number = NO_RESULT): void {
    this.#bytes.byte(0x02);
    this.#bytes.byte(result);
  }
  loop(result: number = NO_RESULT): void {
    this.#bytes.byte(0x03);
    this.#bytes.byte(result);
  }
  if(result: number = NO_RESULT): void {
    this.#bytes.byte(0x04);
    this.#bytes.byte(result);
  }
  else(): void {
    this.#bytes.byte(0x05);
  }
  end(): void {
    this.#bytes.byte(0x0b);
  }
  br(depth: number): void {
    this.#bytes.byte(0x0c);
    this.#bytes.unsigned(depth);
  }
  brIf(depth: number): void {
    this.#bytes.byte(0x0d);
    this.#bytes.unsigned(depth);
  }
  brTable(depths: readonly number[], otherwise: number): void {
    this.#bytes.byte(0x0e);
    this.#bytes.unsigned(depths.length);
    for (const depth of depths) this.#bytes.unsigned(depth);
    this.#bytes.unsigned(otherwise);
  }
  call(index: number): void {
    this.#bytes.byte(0x10);
    this.#bytes.unsigned(index);
  }
  /** Calls entry `i` of table 0, `i` on the stack. `type`: a number that `ModuleWriter.type` gave. */
  callIndirect(type: number): void {
    this.#bytes.byte(0x11);
    this.#bytes.unsigned(type);
    this.#bytes.unsigned(0);
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#bytes.length;
  }

  /** The whole function: locals, instructions, closing `end`. */
  finish(): Uint8Array<ArrayBuffer> {
    const out = new Bytes();
    const runs: [number, Type][] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last !== undefined && last[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    out.unsigned(runs.length);
    for (const [count, type] of runs) {
      out.unsigned(count);
      out.byte(type);
    }
    out.append(this.#bytes.view);
    out.byte(0x0b);
    return out.view;
  }
}

/** One module: imports first, then functions. */
export class ModuleWriter {
  readonly #types: string[] = [];
  readonly #typeBytes = new Bytes();
  readonly #imports = new Bytes();
  #importCount = 0;
  #importedFunctions = 0;
  readonly #functions: { readonly type: number; readonly code: Code }[] = [];
  readonly #exports = new Bytes();
  #exportCount = 0;

  /** Number of a function type. */
  type(parameters: readonly Type[], results: readonly Type[]): number {
    const key = `${parameters.join(' ')}>${results.join(' ')}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    this.#typeBytes.byte(0x60);
    for (const list of [parameters, results]) {
      this.#typeBytes.unsigned(list.length);
      for (const type of list) this.#typeBytes.byte(type);
    }
    return this.#types.push(key) - 1;
  }

  #import(module: string, name: string): void {
    this.#imports.name(module);
    this.#imports.name(name);
    this.#importCount++;
  }
  /** Number of an imported function. All imports come before the first `function`. */
  importFunction(module: string, name: string, parameters: readonly Type[], results: readonly Type[]): number {
    if (this.#functions.length > 0) throw new Error('imports come before functions');
    const type = this.type(parameters, results);
    this.#import(module, name);
    this.#imports.byte(0x00);
    this.#imports.unsigned(type);
    return this.#importedFunctions++;
  }
  /** Sizes in pages of 64 KiB; must fit the memory that is imported. */
  importMemory(module: string, name: string, pages: { min: number; max?: number; shared: boolean }): void {
    this.#import(module, name);
    this.#imports.byte(0x02);
    this.#imports.byte((pages.max !== undefined ? 1 : 0) | (pages.shared ? 2 : 0));
    this.#imports.unsigned(pages.min);
    if (pages.max !== undefined) this.#imports.unsigned(pages.max);
  }
  importTable(module: string, name: string, min: number): void {
    this.#import(module, name);
    this.#imports.byte(0x01);
    this.#imports.byte(0x70);
    this.#imports.byte(0x00);
    this.#imports.unsigned(min);
  }

  /** A new function: its number, and its body to write. */
  function(parameters: readonly Type[], results: readonly Type[]): { index: number; code: Code } {
    const type = this.type(parameters, results);
    const code = new Code(parameters);
    const index = this.#importedFunctions + this.#functions.push({ type, code }) - 1;
    return { index, code };
  }
  exportFunction(name: string, index: number): void {
    this.#exports.name(name);
    this.#exports.byte(0x00);
    this.#exports.unsigned(index);
    this.#exportCount++;
  }

  /** The module's bytes. */
  finish(): Uint8Array<ArrayBuffer> {
    const out = new Bytes();
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(byte);
    const section = (id: number, count: number, content: Uint8Array): void => {
      if (count === 0) return;
      const head = new Bytes();
      head.unsigned(count);
      out.byte(id);
      out.unsigned(head.length + content.length);
      out.append(head.view);
      out.append(content);
    };
    section(1, this.#types.length, this.#typeBytes.view);
    section(2, this.#importCount, this.#imports.view);
    const declarations = new Bytes();
    for (const { type } of this.#functions) declarations.unsigned(type);
    section(3, this.#functions.length, declarations.view);
    section(7, this.#exportCount, this.#exports.view);
    const bodies = new Bytes();
    for (const { code } of this.#functions) {
      const body = code.finish();
      bodies.unsigned(body.length);
      bodies.append(body);
    }
    section(10, this.#functions.length, bodies.view);
    return out.view;
  }
}
