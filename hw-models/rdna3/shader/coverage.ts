/**
 * What is known of every row of the instruction table: whether it is executed, who says what it must give, and how its
 * encoding was witnessed. Data for `emptyslot isa coverage` and for tests.
 *
 * A row's semantics belong to its name: the short and the 64-bit form of an instruction share one expression tree, so a value
 * for either speaks for both; how often a row itself was seen is told as well.
 *
 * Pure software over the tables in `isa`, `witness` and `corpus`.
 */
import { Compiler } from '../../exec/compile.ts';
import { bind } from './bind.ts';
import { controlOf } from './control.ts';
import { floatModeOf } from './float-mode.ts';
import { decode, randomEncoding, seeded, table } from './isa/index.ts';
import type { Decoded, FormatName, InstructionRow } from './isa/index.ts';
import { treeSemantics } from './semantics/index.ts';
import { witnesses } from './witness/index.ts';

/** MODE as compilers set it. */
const COMPILER_MODE = 0x3f0;

export interface RowCoverage {
  readonly name: string;
  readonly format: FormatName;
  readonly opcode: number;
  /** Executed, or answered with an illegal-instruction event. */
  readonly modelled: boolean;
  /** Expected values from outside for this mnemonic, by who says so. */
  readonly values: Readonly<Record<string, number>>;
  /** How many of them are of this very row. */
  readonly ownValues: number;
  /** Occurrences in compiled kernels whose results are compared with the host's; undefined where the kernels are not there. */
  readonly kernels: number | undefined;
  /** Encodings of the row that llvm-mc decoded as we do; undefined where the vectors are not there. */
  readonly encodings: number | undefined;
}

export interface CoverageInputs {
  /** Decoded instructions of the corpus. */
  readonly kernels?: Iterable<Decoded>;
  /** Lines of llvm-mc vectors: dwords in hex, a tab, the text or `-`. */
  readonly vectors?: Iterable<string>;
}

const keyOf = ({ format, opcode }: Pick<InstructionRow, 'format' | 'opcode'>): string =>
  `${format === 'VOP3SD' ? 'VOP3' : format} ${opcode}`;

const add = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

const halves = (d: Decoded): InstructionRow[] => (d.second === undefined ? [d.row] : [d.row, d.second.row]);

/** A valid encoding of the row that is not refused and touches no GDS. */
function example(row: InstructionRow): Decoded | undefined {
  const random = seeded(1);
  for (let attempt = 0; attempt < 200; attempt++) {
    const decoded = decode(Uint32Array.from([...randomEncoding(row, random), 0, 0]), 0);
    if (decoded !== undefined && !decoded.gds) return decoded;
  }
  return undefined;
}

/** Every row of the table with what is known of it, in the table's order. */
export function coverage({ kernels, vectors }: CoverageInputs = {}): RowCoverage[] {
  const byName = new Map<string, Map<string, number>>();
  const byRow = new Map<string, number>();
  for (const { words, source } of witnesses()) {
    const decoded = decode(Uint32Array.from(words), 0);
    for (const row of decoded === undefined ? [] : halves(decoded)) {
      const sources = byName.get(row.name) ?? new Map<string, number>();
      byName.set(row.name, sources);
      add(sources, source);
      add(byRow, keyOf(row));
    }
  }
  const inKernels = new Map<string, number>();
  for (const d of kernels ?? []) for (const row of halves(d)) add(inKernels, keyOf(row));
  const encoded = new Map<string, number>();
  for (const line of vectors ?? []) {
    const [words, text] = line.split('\t') as [string, string | undefined];
    if (text === undefined || text === '-') continue;
    const decoded = decode(Uint32Array.from(words.split(' ').map((w) => Number.parseInt(w, 16))), 0);
    for (const row of decoded === undefined ? [] : halves(decoded)) add(encoded, keyOf(row));
  }
  const context = {
    semantics: treeSemantics(),
    compiler: new Compiler(),
    mode: floatModeOf(COMPILER_MODE),
    vgprs: 256,
    wave64: false,
  };
  const services = { referenceClock: (): readonly [number, number] => [0, 0] };
  return table().map((row): RowCoverage => {
    const decoded = example(row);
    const key = keyOf(row);
    return {
      name: row.name,
      format: row.format,
      opcode: row.opcode,
      modelled:
        decoded !== undefined &&
        (controlOf(decoded, { pc: 0, next: 4 }, services) !== undefined || bind(decoded, context) !== undefined),
      values: Object.fromEntries(byName.get(row.name) ?? []),
      ownValues: byRow.get(key) ?? 0,
      kernels: kernels === undefined ? undefined : (inKernels.get(key) ?? 0),
      encodings: vectors === undefined ? undefined : (encoded.get(key) ?? 0),
    };
  });
}

/** Mnemonics without a single expected value, and how many there are of all. */
export function withoutValue(rows: readonly RowCoverage[]): {
  readonly names: readonly string[];
  readonly all: number;
} {
  const all = new Map<string, boolean>();
  for (const row of rows) all.set(row.name, (all.get(row.name) ?? false) || Object.keys(row.values).length > 0);
  return {
    names: [...all]
      .filter(([, has]) => !has)
      .map(([name]) => name)
      .toSorted(),
    all: all.size,
  };
}
