/**
 * Where firmware files come from: a function from a file name (as the public firmware package has it) to bytes. The
 * driver opens no files itself.
 */

import { EmptyslotError, isEmptyslotError } from '../../pcie/index.ts';

/**
 * Bytes of the file called `name`, e.g. `psp_13_0_0_sos.bin`.
 *
 * May throw whatever its medium throws; the driver wraps that as `FIRMWARE_MISSING`.
 */
export type FirmwareSource = (name: string) => Uint8Array | Promise<Uint8Array>;

/** The file called `name`. @throws EmptyslotError `FIRMWARE_MISSING` with the source's error as cause. */
export async function fetchFirmware(source: FirmwareSource, name: string): Promise<Uint8Array> {
  try {
    return await source(name);
  } catch (cause) {
    if (isEmptyslotError(cause)) throw cause;
    throw new EmptyslotError('FIRMWARE_MISSING', `cannot read firmware ${name}`, {
      expected: name,
      cause,
      facts: { file: name },
    });
  }
}
