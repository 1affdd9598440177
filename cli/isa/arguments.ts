/**
 * Kernel arguments from the command line: `out:f32:64`, `buf:u32:256=iota`, `i32=5`.
 */

import { readFileSync } from 'node:fs';
import { halfBits } from '../../hw-models/rdna3/shader/isa/index.ts';
import { UsageError } from '../exit.ts';

export type ElementName = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'f16' | 'f32' | 'f64';

const sizes: Readonly<Record<ElementName, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  f16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  u64: 8,
  i64: 8,
  f64: 8,
};
const isElement = (name: string): name is ElementName => Object.hasOwn(sizes, name);

export type Argument =
  | {
      readonly kind: 'buffer';
      readonly text: string;
      /** `in`: only read; `out`: printed; `buf`: printed where it has changed. */
      readonly role: 'in' | 'out' | 'buf';
      readonly type: ElementName;
      readonly count: number;
      readonly contents: Uint8Array;
    }
  | { readonly kind: 'value'; readonly text: string; readonly bytes: Uint8Array };

const MOST_BYTES = 2 ** 31;

const shape = 'expected TYPE=VALUE or buf|in|out:TYPE:COUNT[=INIT], TYPE one of ';

/** @throws UsageError that quotes the argument and says what was expected. */
export function parseArgument(text: string): Argument {
  const wrong = (expected: string): UsageError => new UsageError(`--arg ${text}: ${expected}`);
  const equals = text.indexOf('=');
  const head = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  const parts = head.split(':');
  if (parts.length === 1) {
    const [type] = parts as [string];
    if (type === 'bytes' && value !== undefined) {
      if (!/^([0-9a-f]{2})+$/i.test(value)) throw wrong('expected bytes as pairs of hex digits');
      return { kind: 'value', text, bytes: new Uint8Array(Buffer.from(value, 'hex')) };
    }
    if (!isElement(type) || value === undefined) throw wrong(shape + Object.keys(sizes).join(', '));
    const bytes = new Uint8Array(sizes[type]);
    put(new DataView(bytes.buffer), 0, type, number(value, type, wrong));
    return { kind: 'value', text, bytes };
  }
  const [role, type, countText] = parts as [string, string, string | undefined];
  if (parts.length !== 3 || (role !== 'buf' && role !== 'in' && role !== 'out') || !isElement(type))
    throw wrong(shape + Object.keys(sizes).join(', '));
  const count = Number(countText);
  if (!Number.isInteger(count) || count < 1 || count * sizes[type] > MOST_BYTES)
    throw wrong(`expected a count from 1 to ${MOST_BYTES / sizes[type]}`);
  return { kind: 'buffer', text, role, type, count, contents: contents(type, count, value ?? 'zero', wrong) };
}

function contents(type: ElementName, count: number, init: string, wrong: (expected: string) => UsageError): Uint8Array {
  const size = sizes[type];
  const bytes = new Uint8Array(count * size);
  const view = new DataView(bytes.buffer);
  const fill = (pick: (i: number) => number | bigint): void => {
    for (let i = 0; i < count; i++) put(view, i * size, type, pick(i));
  };
  const random = /^random(?::(\d+))?$/.exec(init);
  if (init.startsWith('@')) {
    let file: Uint8Array;
    try {
      file = readFileSync(init.slice(1));
    } catch (error) {
      throw wrong(`${(error as Error).message}`);
    }
    if (file.length !== bytes.length) throw wrong(`expected a file of ${bytes.length} bytes, found ${file.length}`);
    bytes.set(file);
  } else if (init === 'iota') fill((i) => i);
  else if (init === 'zero') return bytes;
  else if (random !== null) {
    // Marsaglia's xorshift: the same seed gives the same buffer
    let x = Number(random[1] ?? 1) | 0 || 1;
    fill(() => {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      return type.startsWith('f') ? (x | 0) / 2 ** 31 : x >>> 0;
    });
  } else {
    const list = init.split(',');
    if (list.length !== 1 && list.length !== count)
      throw wrong(
        `expected one value, ${count} values, iota, zero, random[:SEED] or @FILE; found ${list.length} values`,
      );
    const values = list.map((v) => number(v, type, wrong));
    fill((i) => values[values.length === 1 ? 0 : i]!);
  }
  return bytes;
}

function number(text: string, type: ElementName, wrong: (expected: string) => UsageError): number | bigint {
  if (type.startsWith('f')) {
    const value = /^-?inf$/.test(text)
      ? text.startsWith('-')
        ? -Infinity
        : Infinity
      : text === 'nan'
        ? Number.NaN
        : Number(text);
    if (text.trim() === '' || (Number.isNaN(value) && text !== 'nan')) throw wrong(`expected a number, found ${text}`);
    return value;
  }
  if (!/^-?(0x[0-9a-f]+|\d+)$/i.test(text)) throw wrong(`expected a whole number, found ${text}`);
  const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
  const bits = BigInt(8 * sizes[type]);
  if (value < -(1n << (bits - 1n)) || value >= 1n << bits) throw wrong(`${text} does not fit ${type}`);
  return value;
}

function put(view: DataView, at: number, type: ElementName, value: number | bigint): void {
  switch (type) {
    case 'f32':
      view.setFloat32(at, Number(value), true);
      return;
    case 'f64':
      view.setFloat64(at, Number(value), true);
      return;
    case 'f16':
      view.setUint16(at, halfBits(Number(value)), true);
      return;
    default: {
      const whole = BigInt.asUintN(64, typeof value === 'bigint' ? value : BigInt(Math.trunc(value)));
      for (let i = 0; i < sizes[type]; i++) view.setUint8(at + i, Number(BigInt.asUintN(8, whole >> BigInt(8 * i))));
    }
  }
}

function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const magnitude =
    exponent === 31
      ? fraction === 0
        ? Infinity
        : Number.NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return (bits & 0x8000) !== 0 ? -magnitude : magnitude;
}

/** Element `i` of some bytes, as text. */
export function element(bytes: Uint8Array, type: ElementName, i: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = i * sizes[type];
  const float = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
  switch (type) {
    case 'u8':
      return String(view.getUint8(at));
    case 'i8':
      return String(view.getInt8(at));
    case 'u16':
      return String(view.getUint16(at, true));
    case 'i16':
      return String(view.getInt16(at, true));
    case 'u32':
      return String(view.getUint32(at, true));
    case 'i32':
      return String(view.getInt32(at, true));
    case 'u64':
      return String(view.getBigUint64(at, true));
    case 'i64':
      return String(view.getBigInt64(at, true));
    case 'f16':
      return float(halfValue(view.getUint16(at, true)));
    // as few digits as tell it from its neighbours
    case 'f32':
      return shortest(view.getFloat32(at, true));
    case 'f64':
      return float(view.getFloat64(at, true));
  }
}

/** The shortest decimal that rounds to this f32. */
export function shortest(value: number): string {
  if (!Number.isFinite(value) || value === 0) return Object.is(value, -0) ? '-0' : String(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}
