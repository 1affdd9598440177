/** Where firmware images come from: a folder of real ones, or the forge. */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmptyslotError } from '../pcie/index.ts';

export interface ChosenFirmware {
  /** For the screen: `real images from …` or `synthetic`. */
  readonly about: string;
  readonly source: (name: string) => Promise<Uint8Array>;
}

/**
 * @param folder the `--firmware` option; EMPTYSLOT_FIRMWARE where it is absent
 * @throws EmptyslotError `FIRMWARE_MISSING` when the folder is not there.
 */
export async function firmwareSource(folder: string | undefined, synthetic: boolean): Promise<ChosenFirmware> {
  const from = folder ?? (synthetic ? undefined : process.env['EMPTYSLOT_FIRMWARE']);
  if (from === undefined || from === '') {
    const { forge } = await import('../conformance/forge/index.ts');
    const images = forge();
    return {
      about: 'synthetic images (--firmware DIR for real ones)',
      source: async (name) => {
        const image = images.get(name);
        if (image === undefined) throw new EmptyslotError('FIRMWARE_MISSING', `the forge makes no ${name}`);
        return image;
      },
    };
  }
  const there = await stat(from).catch(() => undefined);
  if (there?.isDirectory() !== true) {
    throw new EmptyslotError('FIRMWARE_MISSING', `${from} is no folder`, {
      expected: 'the amdgpu folder of linux-firmware',
    });
  }
  return {
    about: `real images from ${from}`,
    source: async (name) => {
      try {
        return new Uint8Array(await readFile(join(from, name)));
      } catch (cause) {
        throw new EmptyslotError('FIRMWARE_MISSING', `${name} is not in ${from}`, {
          expected: `the file ${name} of linux-firmware's amdgpu folder`,
          cause,
        });
      }
    },
  };
}
