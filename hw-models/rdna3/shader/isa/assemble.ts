/**
 * Assembly text in LLVM's syntax to gfx1100 machine code.
 *
 * Two passes: the first finds where labels lie, the second encodes. Understood beside instructions: labels, comments,
 * `.set`, data (`.long`, `.quad`, `.short`, `.byte`), alignment, and enough of what compilers write around code to skip
 * it (other sections, kernel descriptors, metadata, symbol attributes).
 *
 * Source: the assembler syntax of LLVM's AMDGPU documents; held to llvm-mc 19 by the tests beside this file.
 * Fidelity: from-public-source.
 */
import { parseInstruction } from './parse.ts';
import { AsmError, Cursor, tokenize } from './tokens.ts';
import type { Symbols, Value } from './tokens.ts';

export interface AssembleOptions {
  /** Address of the first byte. */
  readonly base?: number;
  /** Lane masks and matrices as in code for 64 (true) or 32 lanes (false) only; both where undefined. */
  readonly wave64?: boolean;
  /** Accept what the encoding can say although the hardware forbids it. */
  readonly unchecked?: boolean;
}

export interface AssembledLine {
  /** Counted from 1. */
  readonly line: number;
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Data rather than an instruction. */
  readonly data: boolean;
}

export interface Assembly {
  /** All bytes from `base` on; empty where there are errors. */
  readonly bytes: Uint8Array;
  readonly lines: readonly AssembledLine[];
  readonly labels: ReadonlyMap<string, number>;
  readonly errors: readonly AsmError[];
}

/** Mistakes are collected up to this many. */
const MOST_ERRORS = 50;
const S_NOP = [0, 0, 0x80, 0xbf];

/** Blanks block comments, so that columns stay. In a string or behind `;` and `//` none begins. */
const withoutBlocks = (text: string): string => text.replace(/"[^"\n]*"|(?:;|\/\/).*|\/\*[\s\S]*?\*\//g,
  (found) => (found.startsWith('/*') ? found.replace(/[^\n]/g, ' ') : found));

/** Blocks of directives that describe code without being any. */
const described: Readonly<Record<string, string>> = {
  '.amdhsa_kernel': '.end_amdhsa_kernel', '.amdgpu_metadata': '.end_amdgpu_metadata',
};
const sections = new Set(['.section', '.data', '.bss', '.rodata', '.pushsection', '.popsection']);
const skipped = new Set(['.globl', '.global', '.weak', '.hidden', '.protected', '.local', '.type', '.size', '.ident', '.file', '.loc',
  '.addrsig', '.addrsig_sym', '.amdgcn_target', '.amdhsa_code_object_version', '.cfi_sections', '.cfi_startproc', '.cfi_endproc']);
const dataBytes: Readonly<Record<string, number>> = {
  '.byte': 1, '.short': 2, '.2byte': 2, '.hword': 2, '.long': 4, '.int': 4, '.4byte': 4, '.word': 4, '.quad': 8, '.8byte': 8,
};

/** Assembles a whole text. Nothing is thrown for a mistake in it: see `errors`. */
export function assemble(text: string, options: AssembleOptions = {}): Assembly {
  let pass = new Pass(options, undefined);
  // one that gave up has not seen all labels
  if (pass.run(text)) {
    pass = new Pass(options, pass.labels);
    pass.run(text);
  }
  const { errors, lines, labels } = pass;
  const bytes = new Uint8Array(errors.length > 0 ? 0 : pass.size);
  if (errors.length === 0) for (const { address, bytes: piece } of lines) bytes.set(piece, address - pass.base);
  return { bytes, lines, labels, errors };
}

class Pass implements Symbols {
  readonly labels = new Map<string, number>();
  readonly lines: AssembledLine[] = [];
  readonly errors: AsmError[] = [];
  readonly base: number;
  /** Labels of the first pass; undefined in the first pass, which takes any name for a label. */
  readonly #known: ReadonlyMap<string, number> | undefined;
  readonly #set = new Map<string, Value>();
  readonly #options: AssembleOptions;
  #address: number;
  #line = 0;
  #inText = true;
  /** The directive that ends the block being skipped. */
  #until = '';

  constructor(options: AssembleOptions, known: ReadonlyMap<string, number> | undefined) {
    this.#options = options;
    this.#known = known;
    this.base = options.base ?? 0;
    this.#address = this.base;
  }

  get size(): number {
    return this.#address - this.base;
  }

  /** False where it gave up because of too many mistakes. */
  run(text: string): boolean {
    for (const line of withoutBlocks(text).split('\n')) {
      this.#line++;
      try {
        this.#one(line);
      } catch (error) {
        if (!(error instanceof AsmError)) throw error;
        error.line = this.#line;
        this.errors.push(error);
        if (this.errors.length >= MOST_ERRORS) return false;
      }
    }
    if (this.#until !== '') {
      const error = new AsmError(1, `expected ${this.#until} before the end`);
      error.line = this.#line;
      this.errors.push(error);
    }
    return true;
  }

  lookUp(symbol: string): Value | undefined {
    const relative = /@rel32@(lo|hi)$/.test(symbol);
    const name = relative ? symbol.slice(0, symbol.indexOf('@')) : symbol;
    const set = this.#set.get(name);
    if (set !== undefined) return set;
    const known = name === '.' ? this.#address : (this.labels.get(name) ?? this.#known?.get(name));
    if (known === undefined && this.#known !== undefined) return undefined;
    // a label still to come is taken to lie here: as near as a branch to it needs
    const address = known ?? this.#address;
    // relative to the literal, the second dword of a scalar instruction; whoever asked for the high half shifts the sum
    return { integer: BigInt(address) - (relative ? BigInt(this.#address) + 4n : 0n), symbolic: true };
  }

  #one(text: string): void {
    if (/^\s*#/.test(text)) return;
    if (this.#until !== '') {
      if (text.trim().split(/\s/)[0] === this.#until) this.#until = '';
      return;
    }
    // what is skipped need not be understood
    const directive = /^\s*(\.[\w.]+)(?![\w.])(?!\s*:)/.exec(text)?.[1] ?? '';
    if (directive !== '' && this.#skip(directive, text)) return;
    if (!this.#inText) return;
    const cursor = new Cursor(tokenize(text), this);
    while (cursor.token.kind === 'name' && cursor.peek().text === ':') {
      const { text: label, column } = cursor.next();
      cursor.next();
      if (this.labels.has(label) || this.#set.has(label)) throw new AsmError(column, `${label} is defined twice`);
      if (this.#known !== undefined && this.#known.get(label) !== this.#address)
        throw new AsmError(column, `${label} moves: how much lies before it depends on labels that come after`);
      this.labels.set(label, this.#address);
    }
    if (cursor.token.kind === 'end') return;
    if (cursor.token.text.startsWith('.')) { this.#directive(cursor); return; }
    if (cursor.token.kind === 'name' && cursor.peek().text === '=') {
      const { text: symbol } = cursor.next();
      cursor.next();
      this.#define(symbol, cursor);
      return;
    }
    const words = parseInstruction(cursor, { address: this.#address, wave64: this.#options.wave64, unchecked: this.#options.unchecked });
    const bytes = new Uint8Array(words.length * 4);
    const view = new DataView(bytes.buffer);
    words.forEach((word, i) => view.setUint32(4 * i, word, true));
    this.#emit(bytes, false);
  }

  #skip(directive: string, text: string): boolean {
    if (directive === '.text') { this.#inText = true; return true; }
    if (sections.has(directive)) { this.#inText = /\.text\b/.test(text); return true; }
    const end = described[directive];
    if (end !== undefined) { this.#until = end; return true; }
    return skipped.has(directive);
  }

  #directive(cursor: Cursor): void {
    const { text: name, column } = cursor.next();
    const bytes = dataBytes[name];
    if (bytes !== undefined) {
      const values: bigint[] = [];
      do {
        const { column: at } = cursor.token;
        const { integer: value } = cursor.expression();
        if (value < -(1n << BigInt(8 * bytes - 1)) || value >= 1n << BigInt(8 * bytes)) throw new AsmError(at, `${value} does not fit ${bytes} byte${bytes === 1 ? '' : 's'}`);
        values.push(value);
      } while (cursor.accept(','));
      cursor.end();
      const out = new Uint8Array(values.length * bytes);
      values.forEach((value, i) => { for (let n = 0; n < bytes; n++) out[i * bytes + n] = Number(BigInt.asUintN(8, value >> BigInt(8 * n))); });
      this.#emit(out, true);
      return;
    }
    switch (name) {
      case '.set': {
        const symbol = cursor.next();
        if (symbol.kind !== 'name') throw cursor.expected('a symbol', symbol);
        cursor.expect(',');
        this.#define(symbol.text, cursor);
        return;
      }
      case '.p2align': case '.align': case '.balign': case '.p2alignl': case '.balignl': {
        const bytes = name.startsWith('.balign');
        const value = cursor.number('the alignment', 0, bytes ? 65536 : 16);
        const align = Math.max(bytes ? value : 2 ** value, 1);
        // what to fill with: a byte, for the names that end in l a dword; then at most how much, which is not asked for here
        let fill: readonly number[] | undefined;
        if (cursor.accept(',') && !cursor.is(',') && cursor.token.kind !== 'end') {
          const { integer: pattern } = cursor.expression();
          fill = Array.from({ length: name.endsWith('l') ? 4 : 1 }, (_, n) => Number(BigInt.asUintN(8, pattern >> BigInt(8 * n))));
        }
        while (cursor.token.kind !== 'end') cursor.next();
        this.#fill((align - (this.size % align)) % align, fill);
        return;
      }
      case '.fill': {
        const repeat = cursor.number('the count', 0, 1 << 20);
        const size = cursor.accept(',') ? cursor.number('the size', 1, 8) : 1;
        const { integer: value } = cursor.accept(',') ? cursor.expression() : { integer: 0n };
        cursor.end();
        this.#emit(Uint8Array.from({ length: repeat * size }, (_, i) => Number(BigInt.asUintN(8, value >> BigInt(8 * (i % size))))), true);
        return;
      }
      default:
        throw new AsmError(column, `${name}: expected .long, .quad, .short, .byte, .fill, .set, .p2align or a directive without code`);
    }
  }

  #define(symbol: string, cursor: Cursor): void {
    const value = cursor.expression();
    cursor.end();
    this.#set.set(symbol, value);
  }

  /** Padding; where nothing is said no operations, zeros where those do not fit. */
  #fill(bytes: number, pattern: readonly number[] = bytes % 4 === 0 ? S_NOP : [0]): void {
    if (bytes > 0) this.#emit(Uint8Array.from({ length: bytes }, (_, i) => pattern[i % pattern.length]!), true);
  }

  #emit(bytes: Uint8Array, data: boolean): void {
    this.lines.push({ line: this.#line, address: this.#address, bytes, data });
    this.#address += bytes.length;
  }
}
