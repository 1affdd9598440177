/**
 * What our own driver relies on, held against what somebody else has written down: a declaration that model and driver
 * share can be wrong without either noticing.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AmdGpu } from '../driver-core/amd/index.ts';
import { BoundRegister } from '../driver-core/registers.ts';
import { navi31 } from '../hw-models/rdna3/index.ts';
import { dwordAddress } from '../registers/amd/index.ts';
import { readWitnesses, witnessedBy } from '../registers/amd/witnesses.ts';
import type { Register } from '../registers/language.ts';
import { Machine } from '../sim/index.ts';
import { openLocal } from '../transport/local/index.ts';
import { forge } from './forge/index.ts';
import { firstLightCases, firstLightCode } from './kernels/first-light.ts';

/** Fields that the driver uses and no foreign list has with the same bits; may only fall. */
const unwitnessedCeiling = 0;

/** Registers touched, and the fields of each that are used by name. */
const used = new Map<string, { register: Register; index: number; fields: Set<string> }>();
const { encode, of, read, write } = BoundRegister.prototype;

function note(bound: BoundRegister, names: Iterable<string>): void {
  const { register, name, dword } = bound;
  const index = (dword - dwordAddress(register)) / register.stride;
  const entry = used.get(name) ?? { register, index, fields: new Set() };
  for (const field of names) entry.fields.add(field);
  used.set(name, entry);
}

describe('registers and fields that the driver uses', () => {
  beforeAll(() => {
    BoundRegister.prototype.encode = function (this: BoundRegister, values) {
      note(this, Object.keys(values));
      return encode.call(this, values);
    };
    BoundRegister.prototype.of = function (this: BoundRegister, value, name) {
      note(this, [name]);
      return of.call(this, value, name);
    };
    BoundRegister.prototype.read = function (this: BoundRegister) {
      note(this, []);
      return read.call(this);
    };
    BoundRegister.prototype.write = function (this: BoundRegister, value) {
      note(this, []);
      write.call(this, value);
    };
  });
  afterAll(() => {
    BoundRegister.prototype.encode = encode;
    BoundRegister.prototype.of = of;
    BoundRegister.prototype.read = read;
    BoundRegister.prototype.write = write;
  });

  it('are in lists that somebody else wrote', async () => {
    const images = forge();
    const firmware = (name: string): Uint8Array => images.get(name)!;
    const device = openLocal(new Machine().plug(navi31, {}));
    const open = (): Promise<AmdGpu> => AmdGpu.open(device, { firmware });
    const gpu = await open();
    const program = await gpu.load(firstLightCode());
    const [saxpy] = firstLightCases();
    const args = [{ u64: 0x5000 }, { u64: 0x6000 }, { f32: 1 }, { u32: 64 }];
    const { groups, workgroup } = saxpy!;
    await expect(gpu.launch(program.kernel('saxpy'), { groups, workgroup, args })).rejects.toMatchObject({
      code: 'GPU_FAULT',
    });
    await gpu.close();
    await (await open()).close();

    const witnesses = readWitnesses();
    const unwitnessed: string[] = [];
    let fields = 0;
    for (const [name, entry] of used) {
      const testimony = witnessedBy(entry.register, entry.index, witnesses);
      expect(testimony.register, `${name} at this address`).not.toEqual([]);
      for (const field of entry.fields) {
        fields++;
        if ((testimony.fields[field] ?? []).length === 0) unwitnessed.push(`${name}.${field}`);
      }
    }
    console.log(
      `${unwitnessed.length} of ${fields} fields of ${used.size} registers that the driver uses have no witness (ceiling ${unwitnessedCeiling})`,
    );
    expect(fields).toBeGreaterThan(150);
    expect(unwitnessed.length, unwitnessed.join(', ')).toBeLessThanOrEqual(unwitnessedCeiling);
  });
});
