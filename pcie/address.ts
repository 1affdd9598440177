/**
 * Kinds of addresses that must never mix. All are byte addresses below 2^53 held in a `number`.
 *
 * Mixing a VRAM offset, a memory-controller address and a bus address is the classic driver bug; the
 * brands make the compiler refuse it, and `asX` is the only way in.
 */

declare const kind: unique symbol;
type Branded<K extends string> = number & { readonly [kind]: K };

/** What a device puts on the bus (an IOVA where an IOMMU is in the way). */
export type BusAddress = Branded<'bus'>;
/** Byte offset from the start of the card's memory. */
export type VramOffset = Branded<'vram'>;
/** Memory-controller address: VRAM offset plus frame-buffer base, on AMD. */
export type McAddress = Branded<'mc'>;
/** Virtual address of the GPU's own page tables. */
export type GpuAddress = Branded<'gpu'>;

function checked(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an address: ${value}`);
  return value;
}

export const asBusAddress = (value: number): BusAddress => checked(value) as BusAddress;
export const asVramOffset = (value: number): VramOffset => checked(value) as VramOffset;
export const asMcAddress = (value: number): McAddress => checked(value) as McAddress;
export const asGpuAddress = (value: number): GpuAddress => checked(value) as GpuAddress;

/** Low and high dword of an address or other integer below 2^53. */
export const lo32 = (value: number): number => value >>> 0;
export const hi32 = (value: number): number => Math.floor(value / 0x1_0000_0000) >>> 0;
/** Number made of two dwords. @throws RangeError above 2^53. */
export function fromPair(lo: number, hi: number): number {
  if (hi >>> 0 > 0x1f_ffff)
    throw new RangeError(`0x${(hi >>> 0).toString(16)}_${(lo >>> 0).toString(16)} is above 2^53`);
  return (hi >>> 0) * 0x1_0000_0000 + (lo >>> 0);
}

/** `0x1f_0000` style, for messages. */
export const hex = (value: number): string => `0x${value.toString(16)}`;
