/**
 * A line of assembly as tokens, and the expressions made of them.
 *
 * Columns count from 1, as editors do. Pure software.
 */

/** A mistake in assembly text. `column` counts from 1; the assembler adds the line. */
export class AsmError extends Error {
  readonly column: number;
  line = 0;

  constructor(column: number, message: string) {
    super(message);
    this.name = 'AsmError';
    this.column = column;
  }
}

export interface Token {
  readonly kind: 'name' | 'integer' | 'float' | 'string' | 'mark' | 'end';
  readonly text: string;
  readonly column: number;
  readonly integer: bigint;
  readonly float: number;
}

const name = /[A-Za-z_.$][\w.$@]*/y;
const float = /(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+/y;
const integer = /0[xX][\da-fA-F]+|0[bB][01]+|\d+/y;
const mark = /::|<<|>>|[-+*/%,:=()[\]|&~^!]/y;
const text = /"([^"]*)"/y;

/** Where a comment begins (`;`, `//`), or the end of the line. Block comments are blanked before. */
function contentEnd(line: string): number {
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') quoted = !quoted;
    else if (!quoted && (line[i] === ';' || line.startsWith('//', i))) return i;
  }
  return line.length;
}

/** The tokens of a line, an `end` last. */
export function tokenize(line: string): Token[] {
  const tokens: Token[] = [];
  const end = contentEnd(line);
  const push = (kind: Token['kind'], at: number, value: string, whole = 0n, real = 0): void => {
    tokens.push({ kind, text: value, column: at + 1, integer: whole, float: real });
  };
  for (let at = 0; at < end;) {
    if (/\s/.test(line[at]!)) { at++; continue; }
    const match = (pattern: RegExp): string | undefined => {
      pattern.lastIndex = at;
      return pattern.exec(line)?.[0];
    };
    let found: string | undefined;
    if ((found = match(name)) !== undefined) push('name', at, found);
    else if ((found = match(float)) !== undefined) push('float', at, found, 0n, Number(found));
    else if ((found = match(integer)) !== undefined) {
      if (/[\w.]/.test(line[at + found.length] ?? ' ')) throw new AsmError(at + 1, `${line.slice(at).split(/[^\w.]/)[0]} is no number`);
      push('integer', at, found, BigInt(found));
    } else if ((found = match(text)) !== undefined) push('string', at, found.slice(1, -1));
    else if ((found = match(mark)) !== undefined) push('mark', at, found);
    else throw new AsmError(at + 1, `unexpected ${JSON.stringify(line[at])}`);
    at += found.length;
  }
  push('end', end, '');
  return tokens;
}

/** What an expression came to. `symbolic`: it names a label, so that its value may still move. */
export interface Value {
  readonly integer: bigint;
  readonly symbolic: boolean;
}

/** Values of symbols while a line is read. */
export interface Symbols {
  /** Undefined where nobody defines it. */
  lookUp(symbol: string): Value | undefined;
}

/** A symbol that this text does not define. */
export const undefinedSymbol = ({ text: symbol, column }: Token, what = 'is not defined'): AsmError =>
  new AsmError(column, symbol.includes('@') ? `${symbol} is the address of something that a linker places` : `${symbol} ${what}`);

/** Tokens with a position: what the parsers share. */
export class Cursor {
  readonly tokens: readonly Token[];
  readonly symbols: Symbols;
  at = 0;

  constructor(tokens: readonly Token[], symbols: Symbols) {
    this.tokens = tokens;
    this.symbols = symbols;
  }

  get token(): Token {
    return this.tokens[this.at]!;
  }

  /** The token `n` further on. */
  peek(n = 1): Token {
    return this.tokens[Math.min(this.at + n, this.tokens.length - 1)]!;
  }

  is(value: string): boolean {
    const { kind, text: seen } = this.token;
    return (kind === 'mark' || kind === 'name') && seen === value;
  }

  accept(value: string): boolean {
    if (!this.is(value)) return false;
    this.at++;
    return true;
  }

  expect(value: string, after = ''): void {
    if (!this.accept(value)) throw this.expected(`"${value}"${after}`);
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.at++;
    return token;
  }

  /** An error that says what should stand here. */
  expected(what: string, token = this.token): AsmError {
    return new AsmError(token.column, `expected ${what}, found ${token.kind === 'end' ? 'the end of the line' : token.text}`);
  }

  end(): void {
    if (this.token.kind !== 'end') throw this.expected('the end of the line');
  }

  /** An integer expression: C's operators and precedence. */
  expression(level = 0): Value {
    let left = this.#unary();
    for (;;) {
      const operator = this.token.kind === 'mark' ? this.token.text : '';
      const rank = precedence[operator];
      if (rank === undefined || rank < level) return left;
      const { column } = this.next();
      const right = this.expression(rank + 1);
      left = { integer: apply(operator, left.integer, right.integer, column), symbolic: left.symbolic || right.symbolic };
    }
  }

  #unary(): Value {
    const token = this.next();
    if (token.kind === 'integer') return { integer: token.integer, symbolic: false };
    if (token.kind === 'name') {
      const value = this.symbols.lookUp(token.text);
      if (value === undefined) throw undefinedSymbol(token);
      return value;
    }
    if (token.kind === 'mark') {
      if (token.text === '-' || token.text === '~' || token.text === '+') {
        const { integer: value, symbolic } = this.#unary();
        return { integer: token.text === '-' ? -value : token.text === '~' ? ~value : value, symbolic };
      }
      if (token.text === '(') {
        const value = this.expression();
        this.expect(')');
        return value;
      }
    }
    throw this.expected('a number or a symbol', token);
  }

  /** An expression whose value lies in low … high. */
  number(what: string, low: number, high: number): number {
    const { column } = this.token;
    const { integer: value } = this.expression();
    if (value < BigInt(low) || value > BigInt(high)) throw new AsmError(column, `${what} is ${value}, expected ${low} to ${high}`);
    return Number(value);
  }
}

const precedence: Readonly<Record<string, number>> = { '|': 1, '^': 2, '&': 3, '<<': 4, '>>': 4, '+': 5, '-': 5, '*': 6, '/': 6, '%': 6 };

function apply(operator: string, a: bigint, b: bigint, column: number): bigint {
  switch (operator) {
    case '|': return a | b;
    case '^': return a ^ b;
    case '&': return a & b;
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    default:
  }
  if (operator === '<<' || operator === '>>') {
    if (b < 0n || b > 63n) throw new AsmError(column, `shift by ${b}`);
    return operator === '<<' ? a << b : a >> b;
  }
  if (b === 0n) throw new AsmError(column, 'division by zero');
  return operator === '/' ? a / b : a % b;
}
