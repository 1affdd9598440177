/**
 * Read-modify-write operations on 32 and 64 bits: given the old value and the operands, the new one.
 * Pure software; the operations are those every GPU's memory pipe has.
 */
import { asF32, asF64, bitsF32, highF64, lowF64 } from './softfloat.ts';

export type AtomicName =
  | 'swap'
  | 'cmpswap'
  | 'add'
  | 'sub'
  | 'rsub'
  | 'csub'
  | 'smin'
  | 'umin'
  | 'smax'
  | 'umax'
  | 'and'
  | 'or'
  | 'xor'
  | 'inc'
  | 'dec'
  | 'mskor'
  | 'addF32'
  | 'minF32'
  | 'maxF32'
  | 'minF64'
  | 'maxF64'
  | 'cmpswapF32'
  | 'cmpswapF64'
  | 'wrap'
  | 'condxchg';

function smaller(a: number, b: number): number {
  return a !== a ? b : b !== b ? a : a < b || (a === b && Object.is(a, -0)) ? a : b;
}
function larger(a: number, b: number): number {
  return a !== a ? b : b !== b ? a : a > b || (a === b && Object.is(b, -0)) ? a : b;
}

/** New value of a 32-bit cell. `second`: compare value of cmpswap, data of mskor, step of wrap. */
export function atomic32(name: AtomicName, old: number, data: number, second: number): number {
  switch (name) {
    case 'swap':
      return data;
    case 'cmpswap':
      return old === second ? data : old;
    case 'cmpswapF32':
      return asF32(old) === asF32(second) ? data : old;
    case 'add':
      return (old + data) | 0;
    case 'sub':
      return (old - data) | 0;
    case 'rsub':
      return (data - old) | 0;
    case 'csub':
      return old >>> 0 < data >>> 0 ? 0 : (old - data) | 0;
    case 'smin':
      return Math.min(old, data);
    case 'smax':
      return Math.max(old, data);
    case 'umin':
      return old >>> 0 < data >>> 0 ? old : data;
    case 'umax':
      return old >>> 0 > data >>> 0 ? old : data;
    case 'and':
      return old & data;
    case 'or':
      return old | data;
    case 'xor':
      return old ^ data;
    case 'inc':
      return old >>> 0 >= data >>> 0 ? 0 : (old + 1) | 0;
    case 'dec':
      return old === 0 || old >>> 0 > data >>> 0 ? data : (old - 1) | 0;
    case 'mskor':
      return (old & ~data) | second;
    case 'wrap':
      return old >>> 0 >= data >>> 0 ? (old - data) | 0 : (old + second) | 0;
    case 'addF32':
      return bitsF32(Math.fround(asF32(old) + asF32(data)));
    case 'minF32':
      return bitsF32(smaller(asF32(old), asF32(data)));
    case 'maxF32':
      return bitsF32(larger(asF32(old), asF32(data)));
    default:
      throw new TypeError(`${name} on 32 bits`);
  }
}

const less = (al: number, ah: number, bl: number, bh: number, signed: boolean): boolean =>
  ah === bh ? al >>> 0 < bl >>> 0 : signed ? ah < bh : ah >>> 0 < bh >>> 0;

/** New value of a 64-bit cell into `into` ([low, high]). */
export function atomic64(
  name: AtomicName,
  oldLow: number,
  oldHigh: number,
  low: number,
  high: number,
  secondLow: number,
  secondHigh: number,
  into: Int32Array,
): void {
  const put = (l: number, h: number): void => {
    into[0] = l;
    into[1] = h;
  };
  const pick = (data: boolean): void => (data ? put(low, high) : put(oldLow, oldHigh));
  switch (name) {
    case 'swap':
      return put(low, high);
    case 'cmpswap':
      return pick(oldLow === secondLow && oldHigh === secondHigh);
    case 'cmpswapF64':
      return pick(asF64(oldLow, oldHigh) === asF64(secondLow, secondHigh));
    case 'add': {
      const l = (oldLow + low) | 0;
      return put(l, (oldHigh + high + (l >>> 0 < low >>> 0 ? 1 : 0)) | 0);
    }
    case 'sub':
      return put((oldLow - low) | 0, (oldHigh - high - (oldLow >>> 0 < low >>> 0 ? 1 : 0)) | 0);
    case 'rsub':
      return put((low - oldLow) | 0, (high - oldHigh - (low >>> 0 < oldLow >>> 0 ? 1 : 0)) | 0);
    case 'smin':
      return pick(less(low, high, oldLow, oldHigh, true));
    case 'smax':
      return pick(less(oldLow, oldHigh, low, high, true));
    case 'umin':
      return pick(less(low, high, oldLow, oldHigh, false));
    case 'umax':
      return pick(less(oldLow, oldHigh, low, high, false));
    case 'and':
      return put(oldLow & low, oldHigh & high);
    case 'or':
      return put(oldLow | low, oldHigh | high);
    case 'xor':
      return put(oldLow ^ low, oldHigh ^ high);
    case 'inc': {
      if (!less(oldLow, oldHigh, low, high, false)) return put(0, 0);
      const l = (oldLow + 1) | 0;
      return put(l, (oldHigh + (l === 0 ? 1 : 0)) | 0);
    }
    case 'dec':
      if ((oldLow | oldHigh) === 0 || less(low, high, oldLow, oldHigh, false)) return put(low, high);
      return put((oldLow - 1) | 0, (oldHigh - (oldLow === 0 ? 1 : 0)) | 0);
    case 'mskor':
      return put((oldLow & ~low) | secondLow, (oldHigh & ~high) | secondHigh);
    case 'minF64': {
      const r = smaller(asF64(oldLow, oldHigh), asF64(low, high));
      return put(lowF64(r), highF64(r));
    }
    case 'maxF64': {
      const r = larger(asF64(oldLow, oldHigh), asF64(low, high));
      return put(lowF64(r), highF64(r));
    }
    // Each half is replaced where bit 31 of its data is set; that bit is not stored.
    case 'condxchg':
      return put(low < 0 ? low & 0x7fffffff : oldLow, high < 0 ? high & 0x7fffffff : oldHigh);
    default:
      throw new TypeError(`${name} on 64 bits`);
  }
}
