/**
 * The seam between the instruction table and everything that reads it.
 *
 * A row says how one mnemonic is encoded in one format and what its operands are; it says nothing of
 * what the instruction does. Semantics are looked up by `name` in `../semantics`, so the table can be
 * compared with LLVM without executing anything, and executed without encoding anything.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture" (public), checked row by row against llvm-mc 19.
 * Fidelity: from-public-source.
 */

/** Encoding formats of gfx11 compute code, in the ISA document's names. */
export type FormatName =
  | 'SOP1' | 'SOP2' | 'SOPK' | 'SOPC' | 'SOPP' | 'SMEM'
  | 'VOP1' | 'VOP2' | 'VOPC' | 'VOP3' | 'VOP3SD' | 'VOP3P' | 'VOPD'
  | 'DS' | 'FLAT' | 'GLOBAL' | 'SCRATCH' | 'MUBUF';

/** Element type an operand is read or written as; `b` = untyped bits, `m` = one bit per lane (a lane mask). */
export type ElementType =
  | 'b8' | 'b16' | 'b32' | 'b64' | 'b96' | 'b128' | 'b256' | 'b512'
  | 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64'
  | 'f16' | 'bf16' | 'f32' | 'f64' | 'm';

/** Which register file or field an operand slot may name. */
export type OperandClass =
  | 'sgpr'      // scalar destination or source incl. VCC, TTMP, M0, EXEC, NULL
  | 'ssrc'      // scalar source: sgpr, inline constant or literal
  | 'vgpr'
  | 'vsrc'      // vector source: vgpr, ssrc, or constant
  | 'simm'      // immediate field of the format (SOPP, SOPK)
  | 'vcc' | 'exec' | 'scc' | 'm0';   // implicit, not encoded

export interface OperandDecl {
  /** Name of the encoding field that holds it (`sdst`, `src0`, `vaddr`, …); implicit operands repeat their class. */
  readonly field: string;
  readonly class: OperandClass;
  readonly type: ElementType;
}

export interface InstructionRow {
  /** LLVM mnemonic without encoding suffix: `v_add_f32`, never `v_add_f32_e64`. */
  readonly name: string;
  readonly format: FormatName;
  readonly opcode: number;
  readonly dst: readonly OperandDecl[];
  readonly src: readonly OperandDecl[];
  /** Properties that decoder, disassembler or scheduler need, e.g. `branch`, `opsel`, `fmaak`, `atomic`. */
  readonly flags?: readonly string[];
}

/** One operand as decoded. Registers count in dwords from `index`; constants carry their bits. */
export interface Operand {
  readonly kind: 'sgpr' | 'vgpr' | 'const' | 'literal' | 'special' | 'off';
  /** Register number: SGPR 0-127 as encoded (106/107 VCC, 124 NULL, 125 M0, 126/127 EXEC), VGPR 0-255. For `special` the source code (235 = src_shared_base, 253 = SCC, …). */
  readonly index: number;
  /** Size in dwords (a 16-bit operand counts 1). */
  readonly dwords: number;
  readonly type: ElementType;
  /** Bits of a constant as the instruction sees them for `type`: low and high dword. */
  readonly lo: number;
  readonly hi: number;
  readonly neg: boolean;
  readonly abs: boolean;
  /** 16-bit operand taken from (written to) the high half (opsel, or VGPR bit 7 in true16 forms). */
  readonly high: boolean;
  /** VOP3P: half selected for the high lane of a packed operation (op_sel_hi), and its negation. */
  readonly highOfPair: boolean;
  readonly negHigh: boolean;
}

/**
 * One instruction, decoded. VOPD carries its second half in `second`.
 *
 * `dst` and `src` hold what the row lists, in LLVM's order, but for the trailing `scc`, `exec` and `m0`, which have
 * no operand. VCC always has one, encoded or not, so that short and 64-bit forms look alike. Per format:
 *
 * | format | dst | src |
 * |---|---|---|
 * | SMEM | sdata | sbase, soffset (`off` when NULL) |
 * | DS | vdst | addr, data0, data1 |
 * | FLAT | vdst | vaddr, vdata |
 * | GLOBAL, SCRATCH | vdst | vaddr, vdata, saddr; an absent address is `off`; with saddr, a global vaddr is one dword |
 * | MUBUF | vdata | vdata (stores, atomics), vaddr, srsrc, soffset |
 *
 * Atomics of the last four have a `dst` only with `glc`. V_FMAC and its kin do not repeat the destination in `src`:
 * the row's flag `accumulates` says that it is read. FMAAK and FMAMK have their literal among `src`.
 * SETREG has its HWREG selector in `imm`, as SIMM16; SENDMSG_RTN its message as constant in `src[0]`.
 */
export interface Decoded {
  readonly row: InstructionRow;
  readonly format: FormatName;
  /** Encoded size in bytes: 4, 8, 12 or 16. */
  readonly bytes: number;
  readonly dst: readonly Operand[];
  readonly src: readonly Operand[];
  /** SIMM16 of SOPP/SOPK (sign-extended where the row says so), or memory offset of SMEM/FLAT/DS/MUBUF. */
  readonly imm: number;
  /** DS second offset. */
  readonly imm1: number;
  readonly clamp: boolean;
  /** 0 none, 1 times 2, 2 times 4, 3 divided by 2. */
  readonly omod: number;
  readonly glc: boolean;
  readonly slc: boolean;
  readonly dlc: boolean;
  readonly gds: boolean;
  /** MUBUF: address from the VGPR as byte offset, as record index; texture-fail enable. */
  readonly offen: boolean;
  readonly idxen: boolean;
  readonly tfe: boolean;
  /** DPP control, when src0 is read through DPP. */
  readonly dpp?: {
    readonly kind: 'dpp8' | 'dpp16';
    /** dpp16: the 9-bit control; dpp8: the 24-bit lane selectors. */
    readonly control: number;
    readonly rowMask: number;
    readonly bankMask: number;
    readonly boundControl: boolean;
    readonly fetchInactive: boolean;
  };
  readonly second?: Decoded;
}
