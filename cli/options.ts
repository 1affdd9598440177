/** Options that several commands share, from text to checked values. */

import * as v from 'valibot';
import type { Strictness } from '../pcie/index.ts';
import { UsageError } from './exit.ts';

const units: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** `256M`, `32G` -> bytes. A power of two from 256 MiB to 32 GiB. */
const barSize = v.pipe(
  v.string(),
  v.regex(/^\d+[KMG]?$/i, 'a size like 256M or 32G'),
  v.transform((text) => Number(text.replace(/\D/g, '')) * units[text.replace(/\d/g, '').toUpperCase()]!),
  v.check(
    (bytes) => Number.isInteger(Math.log2(bytes)) && bytes >= 256 * 2 ** 20 && bytes <= 32 * 2 ** 30,
    'a power of two from 256M to 32G',
  ),
);

const natural = v.pipe(v.string(), v.regex(/^(0x[0-9a-f]+|\d+)$/i, 'a whole number'), v.transform(Number));

const vramMib = v.pipe(
  natural,
  v.check((mib) => mib >= 256 && mib <= 32768, '256 to 32768 MiB'),
);

const strictness = v.picklist(['silicon', 'strict', 'fatal'] as const, 'silicon, strict or fatal');

export const engine = v.picklist(['auto', 'wasm', 'interpreter'] as const, 'auto, wasm or interpreter');

const threads = v.pipe(
  natural,
  v.check((n) => n >= 1 && n <= 16, '1 to 16 threads'),
);

export const checks = v.picklist(['races', 'off'] as const, 'races or off');

/** @throws UsageError where `text` is no whole number from `low` to `high`. */
export function whole(option: string, text: string, low: number, high: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new UsageError(`${option} ${text}: expected a whole number from ${low} to ${high}`);
  return value;
}

export interface CardOptions {
  readonly bar0Bytes: number;
  readonly vramMib: number;
  readonly seed: number;
  readonly strictness: Strictness;
  readonly scatter: boolean;
  readonly engine: 'auto' | 'wasm' | 'interpreter';
  readonly threads: number;
  readonly check: 'races' | 'off';
}

/** @throws UsageError naming the option and what it takes. */
export function cardOptions(raw: Record<string, unknown>): CardOptions {
  return {
    bar0Bytes: check('--bar0', barSize, raw['bar0']),
    vramMib: check('--vram', vramMib, raw['vram']),
    seed: check('--seed', natural, raw['seed']),
    strictness: check('--strictness', strictness, raw['strictness']),
    scatter: raw['scatter'] === true,
    engine: check('--engine', engine, raw['engine'] ?? 'auto'),
    threads: check('--threads', threads, raw['threads'] ?? '1'),
    check: check('--check', checks, raw['check'] ?? 'off'),
  };
}

export function check<S extends v.GenericSchema>(option: string, schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (!result.success) throw new UsageError(`${option} ${String(value)}: expected ${result.issues[0].message}`);
  return result.output;
}
