/**
 * The small language of packed structures and packets: what lies at which byte, how wide, and which bits mean what.
 *
 * A layout is data, little-endian, like everything on this bus. Firmware headers, queue descriptors, ring frames and
 * command packets are declared with it; a model decodes with the same declaration that a driver encodes with, and a
 * test holds the declaration against bytes that somebody else produced.
 *
 * Pure software.
 */

import type { Fields } from './language.ts';
import { encodeFields, getField, rw } from './language.ts';

/** An unsigned number of 1, 2 or 4 bytes; `bits` names its parts. */
export interface Scalar<B extends Fields = Fields> {
  readonly kind: 'scalar';
  readonly at: number;
  readonly bytes: 1 | 2 | 4;
  readonly bits: B;
}

/** A 64-bit value, low half first; never one JavaScript number. */
export interface Pair {
  readonly kind: 'pair';
  readonly at: number;
  readonly bytes: 8;
}

/** Raw bytes. */
export interface Bytes {
  readonly kind: 'bytes';
  readonly at: number;
  readonly bytes: number;
}

/** `count` elements, each a layout of its own, `stride` bytes apart. */
export interface List<L extends Layout = Layout> {
  readonly kind: 'list';
  readonly at: number;
  readonly bytes: number;
  readonly count: number;
  readonly stride: number;
  readonly of: L;
}

/** `count` numbers of `each` bytes, one after the other. */
export interface Numbers {
  readonly kind: 'numbers';
  readonly at: number;
  readonly bytes: number;
  readonly count: number;
  readonly each: 1 | 2 | 4;
}

export type Part = Scalar | Pair | Bytes | List | Numbers;
export type Parts = Readonly<Record<string, Part>>;

/** A structure: its size in bytes and its parts. */
export interface Layout<P extends Parts = Parts> {
  readonly name: string;
  readonly bytes: number;
  readonly parts: P;
  readonly doc: string;
}

const none = {} as const;

/** Bits `hi` to `lo` of a number, both inclusive. */
export const bits = rw;

export const u8 = <const B extends Fields = Record<never, never>>(at: number, bits?: B): Scalar<B> =>
  scalar(at, 1, bits);
export const u16 = <const B extends Fields = Record<never, never>>(at: number, bits?: B): Scalar<B> =>
  scalar(at, 2, bits);
export const u32 = <const B extends Fields = Record<never, never>>(at: number, bits?: B): Scalar<B> =>
  scalar(at, 4, bits);
/** Dword `index` of a packet or descriptor: a `u32` at four times that. */
export const dword = <const B extends Fields = Record<never, never>>(index: number, bits?: B): Scalar<B> =>
  scalar(index * 4, 4, bits);
export const u64 = (at: number): Pair => ({ kind: 'pair', at, bytes: 8 });
export const bytes = (at: number, length: number): Bytes => ({ kind: 'bytes', at, bytes: length });
export const numbers = (at: number, each: 1 | 2 | 4, count: number): Numbers => ({
  kind: 'numbers',
  at,
  bytes: each * count,
  count,
  each,
});
export const list = <L extends Layout>(at: number, of: L, count: number, stride = of.bytes): List<L> => ({
  kind: 'list',
  at,
  bytes: count === 0 ? 0 : stride * (count - 1) + of.bytes,
  count,
  stride,
  of,
});

function scalar<const B extends Fields>(at: number, size: 1 | 2 | 4, bits: B = none as unknown as B): Scalar<B> {
  return { kind: 'scalar', at, bytes: size, bits };
}

/**
 * Declares a structure. Parts may overlap (unions do); they may not reach past its end.
 *
 * @throws RangeError for a part that ends after `size`, or bits that overlap or do not fit their number.
 */
export function layout<const P extends Parts>(name: string, size: number, parts: P, doc = ''): Layout<P> {
  for (const [part, { at, bytes: length, ...rest }] of Object.entries<Part>(parts)) {
    if (at < 0 || at + length > size) throw new RangeError(`${name}.${part} ends at ${at + length} of ${size}`);
    if (rest.kind === 'scalar') checkBits(`${name}.${part}`, length * 8, (rest as Scalar).bits);
  }
  return { name, bytes: size, parts, doc };
}

function checkBits(what: string, width: number, bits: Fields): void {
  let taken = 0;
  for (const [name, { hi, lo }] of Object.entries(bits)) {
    if (!(lo >= 0 && hi >= lo && hi < width)) throw new RangeError(`${what}.${name}: bits ${hi}:${lo}`);
    for (let bit = lo; bit <= hi; bit++) {
      if (((taken >>> bit) & 1) === 1) throw new RangeError(`${what}.${name} overlaps another field`);
      taken |= 1 << bit;
    }
  }
}

/** The two halves of a 64-bit value, both unsigned. */
export interface LoHi {
  readonly lo: number;
  readonly hi: number;
}

/** What `decode` makes of a part. */
export type Value<T extends Part> = T extends Pair
  ? LoHi
  : T extends Bytes
    ? Uint8Array
    : T extends Numbers
      ? number[]
      : T extends List<infer L>
        ? Decoded<L>[]
        : number;

export type Decoded<L extends Layout> = { readonly [K in keyof L['parts']]: Value<L['parts'][K]> };

type BitValues<B extends Fields> = { readonly [K in keyof B]?: number };

/** What `encode` takes for a part: a number, or the bits of one by name. */
export type Given<T extends Part> = T extends Pair
  ? LoHi | number
  : T extends Bytes
    ? Uint8Array
    : T extends Numbers
      ? readonly number[]
      : T extends List<infer L>
        ? readonly Encodable<L>[]
        : T extends Scalar<infer B>
          ? number | BitValues<B>
          : never;

export type Encodable<L extends Layout> = { readonly [K in keyof L['parts']]?: Given<L['parts'][K]> };

/** Reads one number of a structure that starts at `base`. Unsigned. */
export function readPart(view: DataView, base: number, part: Scalar): number {
  const at = base + part.at;
  return part.bytes === 4 ? view.getUint32(at, true) : part.bytes === 2 ? view.getUint16(at, true) : view.getUint8(at);
}

/** Writes one number of a structure that starts at `base`; higher bits than the part has are dropped. */
export function writePart(view: DataView, base: number, part: Scalar, value: number): void {
  const at = base + part.at;
  if (part.bytes === 4) view.setUint32(at, value, true);
  else if (part.bytes === 2) view.setUint16(at, value, true);
  else view.setUint8(at, value);
}

/** Reads a 64-bit part as its two halves. */
export function readPair(view: DataView, base: number, part: Pair): LoHi {
  return { lo: view.getUint32(base + part.at, true), hi: view.getUint32(base + part.at + 4, true) };
}

/** Writes a 64-bit part; a plain number below 2^53 is split. */
export function writePair(view: DataView, base: number, part: Pair, value: LoHi | number): void {
  const lo = typeof value === 'number' ? value % 0x1_0000_0000 : value.lo;
  const hi = typeof value === 'number' ? Math.floor(value / 0x1_0000_0000) : value.hi;
  view.setUint32(base + part.at, lo, true);
  view.setUint32(base + part.at + 4, hi, true);
}

/** The named bits of a number. */
export function bitsOf<B extends Fields>(part: Scalar<B>, value: number): { readonly [K in keyof B]: number } {
  const out: Record<string, number> = {};
  for (const [name, field] of Object.entries(part.bits)) out[name] = getField(value, field);
  return out as { readonly [K in keyof B]: number };
}

/** Number with the named bits set and all others 0. @throws RangeError when a value does not fit. */
export function packBits<B extends Fields>(part: Scalar<B>, values: BitValues<B>): number {
  return encodeFields(part.bits, values);
}

/**
 * All parts of the structure at `base`. Allocates: for tools and rare structures, not for the path of a packet.
 *
 * @throws RangeError when the structure does not lie wholly inside `view`.
 */
export function decode<L extends Layout>(what: L, view: DataView, base = 0): Decoded<L> {
  if (base < 0 || base + what.bytes > view.byteLength) {
    throw new RangeError(`${what.name} needs bytes ${base} to ${base + what.bytes}, there are ${view.byteLength}`);
  }
  const out: Record<string, unknown> = {};
  for (const [name, part] of Object.entries<Part>(what.parts)) out[name] = decodePart(part, view, base);
  return out as Decoded<L>;
}

function decodePart(part: Part, view: DataView, base: number): unknown {
  switch (part.kind) {
    case 'scalar':
      return readPart(view, base, part);
    case 'pair':
      return readPair(view, base, part);
    case 'bytes':
      return new Uint8Array(view.buffer, view.byteOffset + base + part.at, part.bytes).slice();
    case 'numbers':
      return Array.from({ length: part.count }, (_, i) =>
        readPart(view, base, { kind: 'scalar', at: part.at + i * part.each, bytes: part.each, bits: none }),
      );
    case 'list':
      return Array.from({ length: part.count }, (_, i) => decode(part.of, view, base + part.at + i * part.stride));
  }
}

/** Writes the given parts of the structure at `base`; all other bytes stay. */
export function encodeInto<L extends Layout>(what: L, view: DataView, base: number, values: Encodable<L>): void {
  for (const name in values) {
    const part = what.parts[name];
    const value: unknown = values[name];
    if (part === undefined || value === undefined) throw new RangeError(`${what.name} has no part ${name}`);
    encodePart(part, view, base, value);
  }
}

function encodePart(part: Part, view: DataView, base: number, value: unknown): void {
  switch (part.kind) {
    case 'scalar':
      writePart(
        view,
        base,
        part,
        typeof value === 'number' ? value : encodeFields(part.bits, value as BitValues<Fields>),
      );
      break;
    case 'pair':
      writePair(view, base, part, value as LoHi | number);
      break;
    case 'bytes':
      new Uint8Array(view.buffer, view.byteOffset + base + part.at, part.bytes).set(value as Uint8Array);
      break;
    case 'numbers':
      (value as readonly number[]).forEach((each, i) =>
        writePart(view, base, { kind: 'scalar', at: part.at + i * part.each, bytes: part.each, bits: none }, each),
      );
      break;
    case 'list':
      (value as readonly Encodable<Layout>[]).forEach((each, i) =>
        encodeInto(part.of, view, base + part.at + i * part.stride, each),
      );
      break;
  }
}

/** The structure as bytes, zero where no value is given. */
export function encode<L extends Layout>(what: L, values: Encodable<L>): Uint8Array {
  const out = new Uint8Array(what.bytes);
  encodeInto(what, new DataView(out.buffer), 0, values);
  return out;
}

/** The structure as little-endian dwords, zero where no value is given; its size must be a multiple of 4. */
export function encodeDwords<L extends Layout>(what: L, values: Encodable<L>): number[] {
  const out = encode(what, values);
  const view = new DataView(out.buffer);
  return Array.from({ length: what.bytes / 4 }, (_, i) => view.getUint32(i * 4, true));
}
