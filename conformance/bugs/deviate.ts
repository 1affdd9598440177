/**
 * Deviations: how a harness makes a good driver wrong in one step.
 *
 * A plant is made anew for every run (it counts what went by) and is given to the driver as its step hook. What the
 * driver itself is made of stays as it is.
 *
 * Pure software.
 */

import type { AmdStep, AmdSteps } from '../../driver-core/amd/steps.ts';
import type { StepHook } from '../../driver-core/steps.ts';
import type { PciDevice } from '../../pcie/index.ts';

/** Makes the hook for one run on `device`. */
export type Plant = (device: PciDevice) => StepHook;

/** Which of the steps with one name are meant. */
export interface Which<N extends AmdStep> {
  /** Only those whose arguments are like this. */
  readonly where?: (args: AmdSteps[N]) => boolean;
  /** The how manyeth of them, from 1 (default), or each from the first one on. */
  readonly nth?: number | 'every';
}

type Args<N extends AmdStep> = AmdSteps[N];
type Run<N extends AmdStep> = (args?: Args<N>) => unknown;

/** Says of each step that goes by whether it is meant. */
function counter<N extends AmdStep>(
  name: N,
  { where, nth = 1 }: Which<N> = {},
): (step: { name: string; args: object }) => boolean {
  let seen = 0;
  return (step) => {
    if (step.name !== name || (where !== undefined && !where(step.args as Args<N>))) return false;
    seen++;
    return nth === 'every' || seen === nth;
  };
}

/** Something else takes the place of the step. `run` is the step itself. */
export function instead<N extends AmdStep>(
  name: N,
  act: (args: Args<N>, run: Run<N>, device: PciDevice) => unknown,
  which?: Which<N>,
): Plant {
  return (device) => {
    const meant = counter(name, which);
    return (step, run) => (meant(step) ? act(step.args as Args<N>, run as Run<N>, device) : run());
  };
}

/** The step is forgotten. */
export const leaveOut = <N extends AmdStep>(name: N, which?: Which<N>): Plant => instead(name, () => undefined, which);

/** The step is done with other arguments. */
export const change = <N extends AmdStep>(name: N, to: (args: Args<N>) => Partial<Args<N>>, which?: Which<N>): Plant =>
  instead(name, (args, run) => run({ ...args, ...to(args) }), which);

/** The step is done two times in a row. */
export const twice = <N extends AmdStep>(name: N, which?: Which<N>): Plant =>
  instead(name, (_args, run) => afterwards(run(), () => run()), which);

/** Something is done just before the step. */
export const before = <N extends AmdStep>(
  name: N,
  act: (device: PciDevice, args: Args<N>) => void,
  which?: Which<N>,
): Plant =>
  instead(
    name,
    (args, run, device) => {
      act(device, args);
      return run();
    },
    which,
  );

/** Something is done just after the step. */
export const after = <N extends AmdStep>(
  name: N,
  act: (device: PciDevice, args: Args<N>) => void,
  which?: Which<N>,
): Plant =>
  instead(
    name,
    (args, run, device) =>
      afterwards(run(), (result) => {
        act(device, args);
        return result;
      }),
    which,
  );

/** The step is put off until a later one has been done. */
export function postpone<N extends AmdStep, L extends AmdStep>(
  name: N,
  until: L,
  which?: Which<N>,
  untilWhich?: Which<L>,
): Plant {
  return () => {
    const meant = counter(name, which);
    let held: (() => unknown) | undefined;
    const last = counter(until, untilWhich);
    return (step, run) => {
      if (meant(step)) {
        held = run;
        return undefined;
      }
      if (held === undefined || !last(step)) return run();
      const late = held;
      held = undefined;
      return afterwards(run(), (result) => afterwards(late(), () => result));
    };
  };
}

/** Both, the first one around the second. */
export const both =
  (outer: Plant, inner: Plant): Plant =>
  (device) => {
    const out = outer(device);
    const inn = inner(device);
    return (step, run) =>
      out(step, (args) => {
        const changed = args === undefined ? step : { name: step.name, args: args as Record<string, unknown> };
        return inn(changed, (other) => run(other ?? args));
      });
  };

/** `then` now or, for a step that is awaited, when it has ended. */
function afterwards(result: unknown, then: (result: unknown) => unknown): unknown {
  return result instanceof Promise ? result.then(then) : then(result);
}
