/**
 * One trial: the run behind `emptyslot run`, with a bug planted in the driver.
 *
 * Pure software.
 */

import type { StepHook } from '../../driver-core/steps.ts';
import type { EmptyslotError, Finding } from '../../pcie/index.ts';
import { isEmptyslotError } from '../../pcie/index.ts';
import { firstLight } from '../first-light.ts';
import type { OpenTarget } from '../targets.ts';
import { forge } from '../forge/index.ts';
import type { Bug } from './bug.ts';
import { both } from './deviate.ts';

export interface Verdict {
  readonly findings: readonly Finding[];
  /** What the driver ended with. */
  readonly error?: EmptyslotError;
  /** Nothing was found, and every copy and kernel gave what the host computed. */
  readonly ok: boolean;
  readonly accesses: number;
}

/** Sizes that make both staging buffers take turns, and one kernel of each kind of memory. */
const copyBytes = [65_536, 5 * 2 ** 20 + 1];
const kernels = ['saxpy', 'reduce'];

/** Synthetic images, made once: what a driver gets is its own copy. */
export const images: ReadonlyMap<string, Uint8Array> = forge();

/**
 * Runs first light on `target` with `bug` planted (or none).
 *
 * @throws whatever the driver throws that is no typed error: a plant that breaks the driver itself is a mistake.
 */
export async function trial(target: OpenTarget, bug?: Pick<Bug, 'plant' | 'given' | 'firmware'>): Promise<Verdict> {
  const plants = [bug?.given, bug?.plant].filter((plant) => plant !== undefined);
  const plant = plants.length === 2 ? both(plants[0]!, plants[1]!) : plants[0];
  const steps: StepHook | undefined = plant?.(target.device);
  const firmware = (name: string): Uint8Array => {
    const image = images.get(name)!.slice();
    return bug?.firmware?.(name, image) ?? image;
  };
  const seen = (ok: boolean, error?: EmptyslotError): Verdict => ({
    findings: [...(target.judge?.findings() ?? [])],
    ok,
    accesses: target.judge?.accesses() ?? 0,
    ...(error === undefined ? {} : { error }),
  });
  try {
    const report = await firstLight(target, {
      firmware,
      copyBytes,
      only: kernels,
      ...(steps === undefined ? {} : { steps }),
    });
    return seen(report.ok);
  } catch (error) {
    if (isEmptyslotError(error)) return seen(false, error);
    throw error;
  } finally {
    await target.close();
  }
}
