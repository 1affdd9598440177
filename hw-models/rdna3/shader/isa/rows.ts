/**
 * How a line of the instruction table becomes a row.
 *
 * A line reads `opcode name results = sources | flags`, results and sources being element types in the order in
 * which LLVM prints the operands. Prefixes narrow what an encoded operand may name: `s:` SGPR, `k:` SGPR or
 * constant, `v:` VGPR. Bare `scc`, `exec`, `m0` are read or written without being encoded; `vcc` too, but it is
 * decoded as an operand because the 64-bit forms of the same instruction encode it.
 *
 * Pure software: no facts here but the order of the fields.
 */
import type { ElementType, FormatName, InstructionRow, OperandClass, OperandDecl } from './types.ts';

const destinationFields: Partial<Record<FormatName, readonly string[]>> = {
  SOP1: ['sdst'], SOP2: ['sdst'], SOPK: ['sdst'], SMEM: ['sdata'],
  VOP1: ['vdst'], VOP2: ['vdst'], VOPC: [], VOP3: ['vdst'], VOP3SD: ['vdst', 'sdst'], VOP3P: ['vdst'], VOPD: ['vdst'],
  DS: ['vdst'], FLAT: ['vdst'], GLOBAL: ['vdst'], SCRATCH: ['vdst'], MUBUF: ['vdata'],
};
const sourceFields: Partial<Record<FormatName, readonly string[]>> = {
  SOP1: ['ssrc0'], SOP2: ['ssrc0', 'ssrc1'], SOPC: ['ssrc0', 'ssrc1'], SOPK: ['sdst'],
  VOP1: ['src0'], VOP2: ['src0', 'vsrc1'], VOPC: ['src0', 'vsrc1'],
  VOP3: ['src0', 'src1', 'src2'], VOP3SD: ['src0', 'src1', 'src2'], VOP3P: ['src0', 'src1', 'src2'], VOPD: ['src0', 'vsrc1'],
};

const classPrefix: Record<string, OperandClass> = { s: 'sgpr', k: 'ssrc', v: 'vgpr' };
const fieldClass: Record<string, OperandClass> = {
  sdst: 'sgpr', sdata: 'sgpr', ssrc0: 'ssrc', ssrc1: 'ssrc', vdst: 'vgpr', vsrc1: 'vgpr', src0: 'vsrc', src1: 'vsrc', src2: 'vsrc',
  vdata: 'vgpr', vaddr: 'vgpr', addr: 'vgpr', data0: 'vgpr', data1: 'vgpr', saddr: 'sgpr', sbase: 'sgpr', soffset: 'ssrc', srsrc: 'sgpr',
};
const implicitType: Record<string, ElementType> = { scc: 'b8', exec: 'm', vcc: 'm', m0: 'b32' };

function operands(text: string, fields: readonly string[]): OperandDecl[] {
  let next = 0;
  return text.split(' ').filter((word) => word !== '').map((word): OperandDecl => {
    if (word in implicitType) return { field: word, class: word as OperandClass, type: implicitType[word]! };
    const at = word.indexOf('@');                                      // type@field: a field out of the usual order
    const field = at >= 0 ? word.slice(at + 1) : fields[next++]!;
    const rest = at >= 0 ? word.slice(0, at) : word;
    const colon = rest.indexOf(':');
    return {
      field,
      class: colon >= 0 ? classPrefix[rest.slice(0, colon)]! : fieldClass[field]!,
      type: rest.slice(colon + 1) as ElementType,
    };
  });
}

/** Makes something at its first use: a machine that never runs a shader does not read the table. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** One row from one line. */
export function row(format: FormatName, line: string): InstructionRow {
  const [body, flags = ''] = line.split('|') as [string, string | undefined];
  const [left, right = ''] = body.split('=') as [string, string | undefined];
  const [opcode, name, ...results] = left.trim().split(/\s+/);
  return {
    name: name!,
    format,
    opcode: Number(opcode),
    dst: operands(results.join(' '), destinationFields[format] ?? []),
    src: operands(right.trim(), sourceFields[format] ?? []),
    flags: flags.trim() === '' ? [] : flags.trim().split(' '),
  };
}

/** Rows from a block of lines; empty lines are skipped. */
export function rows(format: FormatName, text: string): InstructionRow[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '').map((line) => row(format, line));
}

/** Size in dwords of an element type in registers; a lane mask counts one (wave32). */
export function dwordsOf(type: ElementType): number {
  switch (type) {
    case 'b64': case 'i64': case 'u64': case 'f64': return 2;
    case 'b96': return 3;
    case 'b128': return 4;
    case 'b256': return 8;
    case 'b512': return 16;
    default: return 1;
  }
}

export function is16(type: ElementType): boolean {
  return type === 'f16' || type === 'bf16' || type === 'i16' || type === 'u16' || type === 'b16';
}

export function isFloat(type: ElementType): boolean {
  return type === 'f16' || type === 'bf16' || type === 'f32' || type === 'f64';
}
