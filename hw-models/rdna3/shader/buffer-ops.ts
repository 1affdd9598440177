/**
 * MUBUF: buffer resources over memory, raw and structured, swizzled or not, and what is out of range.
 *
 * address = base + scalar offset + buffer offset, the last one from a record's index and an offset inside the record. A
 * swizzled buffer interleaves elements of `index stride` records. Four rules of range checking, chosen by the resource;
 * a load beyond gives 0, a store or atomic beyond does nothing. Accesses of several dwords are addressed and checked
 * dword by dword.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", buffer resource descriptor, addressing and range checking.
 * Fidelity: from-public-source. Guessed: dword by dword in structured buffers; the texture-fail dword is always 0.
 */
import type { Decoded, Operand } from './isa/types.ts';
import { operandOf, scalarReader, vectorAccess } from './memory-ops.ts';
import type { AddressPass } from './memory-ops.ts';
import type { MemorySemantics } from './semantics/memory.ts';
import { EXEC, LANES } from './state.ts';
import type { RdnaHandler } from './strip.ts';

/** Rules of range checking, as the resource numbers them. */
const Range = { structured: 0, index: 1, empty: 2, raw: 3 } as const;

/** Lane addresses of one access of `bytes` bytes, `ahead` bytes behind the instruction's address. */
function bufferAddress(d: Decoded, bytes: number, ahead: number, registers: Int32Array): AddressPass {
  const r = operandOf(d, 'srsrc')!.index;
  const scalar = scalarReader(operandOf(d, 'soffset'));
  const { idxen: indexed, offen: offsetted } = d;
  return (w, core) => {
    const word1 = w.s[r + 1]!;
    const word3 = w.s[r + 3]!;
    const base = (word1 & 0xffff) * 4294967296 + (w.s[r]! >>> 0);
    const addLane = (word3 & (1 << 23)) !== 0;
    // With lane numbers added, the format field lengthens the stride.
    const stride = ((word1 >>> 16) & 0x3fff) | (addLane ? ((word3 >>> 12) & 15) << 14 : 0);
    const swizzle = word1 >>> 30;
    const element = 2 << swizzle;
    const indexStride = 8 << ((word3 >>> 21) & 3);
    const records = w.s[r + 2]! >>> 0;
    const range = (word3 >>> 28) & 3;
    const soffset = scalar(w) >>> 0;
    for (let i = 0; i < LANES; i++) {
      const index = (indexed ? registers[i]! >>> 0 : 0) + (addLane ? i + w.half * LANES : 0);
      const offset = (offsetted ? registers[i + (indexed ? LANES : 0)]! >>> 0 : 0) + d.imm + ahead;
      let outside: boolean;
      if (range === Range.structured) outside = index >= records || offset + bytes > stride;
      else if (range === Range.index) outside = index >= records;
      else if (range === Range.empty) outside = records === 0;
      else if (swizzle !== 0 && stride !== 0) outside = index >= records || offset + bytes > stride;
      else outside = index * stride + offset + bytes > records - soffset;
      if (outside) {
        core.low[i] = 0;
        core.high[i] = -0x80000000;
        core.window[i] = 3;
        continue;
      }
      let inside = index * stride + offset;
      if (swizzle !== 0) {
        const group = Math.floor(index / indexStride) * stride + Math.floor(offset / element) * element;
        inside = group * indexStride + (index % indexStride) * element + (offset % element);
      }
      const at = base + soffset + inside;
      core.low[i] = at | 0;
      core.high[i] = Math.floor(at / 4294967296);
      core.window[i] = 0;
    }
  };
}

/** The `n`-th register behind an operand, as one dword. */
const behind = (o: Operand, n: number): Operand => ({ ...o, index: o.index + n, dwords: 1 });

/** A MUBUF load, store or atomic as a handler. */
export function bufferMemory(d: Decoded, m: MemorySemantics): RdnaHandler {
  const address = operandOf(d, 'vaddr');
  const from = address !== undefined && address.kind === 'vgpr' ? address.index * LANES : -1;
  const addressDwords = from < 0 ? 0 : address!.dwords * LANES;
  // A load may overwrite its own address.
  const registers = new Int32Array(2 * LANES);
  const parts: RdnaHandler[] = [];
  if (m.action === 'atomic' || m.bytes <= 4) {
    parts.push(vectorAccess(d, m, bufferAddress(d, m.bytes, 0, registers)));
  } else {
    const single = { ...m, bytes: 4 };
    for (let k = 0; k < m.bytes >>> 2; k++) {
      // Loads have their data as destination, stores as first source.
      const part: Decoded = {
        ...d,
        dst: d.dst.map((o) => behind(o, k)),
        src: d.src.map((o, n) => (n === 0 && m.action === 'store' ? behind(o, k) : o)),
      };
      parts.push(vectorAccess(part, single, bufferAddress(d, 4, 4 * k, registers)));
    }
  }
  if (d.tfe && m.action === 'load') {
    const status = (d.dst[0]!.index + Math.max(1, m.bytes >>> 2)) * LANES;
    parts.push((w) => {
      const e = w.s[EXEC + w.half]!;
      for (let i = 0; i < LANES; i++) if (((e >>> i) & 1) !== 0) w.v[status + i] = 0;
    });
  }
  return (w) => {
    if (addressDwords > 0) registers.set(w.v.subarray(from, from + addressDwords));
    for (const part of parts) part(w);
  };
}
