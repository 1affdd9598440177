/**
 * Exit codes, and how an error becomes one.
 *
 * 0 ok, 1 findings or failures, 2 usage, 3 environment, 4 internal, 130 interrupted.
 */

import { EmptyslotError } from '../pcie/index.ts';
import type { ErrorCode } from '../pcie/index.ts';

export const Exit = { ok: 0, failures: 1, usage: 2, environment: 3, internal: 4, interrupted: 130 } as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

const byCode: Partial<Record<ErrorCode, Exit>> = {
  CONFIG_INVALID: Exit.usage,
  FIRMWARE_MISSING: Exit.environment,
  TRACE_INVALID: Exit.environment,
  CODE_OBJECT_INVALID: Exit.environment,
  LAUNCH_INVALID: Exit.usage,
  DEVICE_UNSUPPORTED: Exit.environment,
  ARENA_FULL: Exit.environment,
  INTERNAL: Exit.internal,
};

/** Usage mistakes that commander does not know of. */
export class UsageError extends Error {}

/** What the operating system refuses: a file that is not there, a folder that cannot be written. */
const isSystemError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;

/** Something outside that a command needs is not there, whatever the error's code means in the middle of its work. */
export class EnvironmentError extends Error {
  constructor(cause: EmptyslotError) {
    super(cause.message, { cause });
  }
}

export function exitCodeOf(error: unknown): Exit {
  if (error instanceof UsageError) return Exit.usage;
  if (error instanceof EnvironmentError || isSystemError(error)) return Exit.environment;
  if (error instanceof EmptyslotError) return byCode[error.code] ?? Exit.failures;
  return Exit.internal;
}

/** One error as lines for a person: what, where, expected, seen, first cause. */
export function errorLines(error: unknown): string[] {
  if (error instanceof UsageError || isSystemError(error)) return [error.message];
  if (error instanceof EnvironmentError) return errorLines(error.cause);
  if (!(error instanceof EmptyslotError))
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  const lines = [`${error.code}: ${error.message}`];
  if (error.step !== '') lines.push(`  step      ${error.step}`);
  if (error.expected !== undefined) lines.push(`  expected  ${error.expected}`);
  if (error.lastSeen !== undefined) lines.push(`  last seen ${error.lastSeen}`);
  if (error.timeNs !== undefined) lines.push(`  at        ${(error.timeNs / 1e6).toFixed(3)} ms of the card's time`);
  const facts = Object.entries(error.facts).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? `0x${value.toString(16)}` : value}`,
  );
  if (facts.length > 0) lines.push(`  with      ${facts.join(', ')}`);
  if (error.cause !== undefined) lines.push(`  because   ${String(error.cause)}`);
  return lines;
}
