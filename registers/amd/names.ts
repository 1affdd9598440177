/**
 * Vendor names of arrayed registers, there and back. A declaration that stands for several registers carries one
 * lower-case `n` where the vendor's name has the number: `MMVM_INVALIDATE_ENGn_REQ` is `MMVM_INVALIDATE_ENG17_REQ`
 * at index 17. Vendor names have no lower-case letters, so the placeholder cannot be mistaken.
 *
 * Pure software.
 */

import { nameOf } from '../language.ts';
import type { Register, RegisterBlock } from '../language.ts';

/** One element of a declaration: `index` is 0 where the register is single. */
export interface RegisterAt {
  readonly register: Register;
  readonly index: number;
}

export { nameOf };

/** The vendor's name of a field of element `index`; some arrays repeat the number in their field names. */
export function fieldNameOf(register: Register, field: string, index = 0): string {
  return register.count > 1 ? field.replace('n', String(index)) : field;
}

/**
 * The register of `block` that the vendor calls `name` (also one of its aliases, or our own name of an array).
 *
 * @throws RangeError when the block declares none of that name.
 */
export function registerAt(block: RegisterBlock, name: string): RegisterAt {
  const found = lookUp(Object.values<Register>(block.registers), name);
  if (found === undefined) throw new RangeError(`${block.name} declares no register ${name}`);
  return found;
}

/** The same in any list of registers; `undefined` when none has the name. */
export function lookUp(registers: readonly Register[], name: string): RegisterAt | undefined {
  for (const register of registers) {
    if (register.name === name || register.aliases.includes(name)) return { register, index: 0 };
    if (register.count === 1) continue;
    const hole = register.name.indexOf('n');
    const digits = /^\d+/.exec(name.slice(hole))?.[0];
    if (digits === undefined || Number(digits) >= register.count) continue;
    if (nameOf(register, Number(digits)) === name) return { register, index: Number(digits) };
  }
  return undefined;
}
