/**
 * Steps: every small thing the driver does to a device goes through one function, by name and with its arguments as data.
 *
 * A harness that wants to know what happens when a driver forgets a flush, writes a wrong size or swaps two stages
 * gives a hook and deviates in one step at run time; the driver itself holds no such branches. Without a hook a step is
 * a plain call.
 *
 * The hook may: call `run()` as it is, call `run({ ...args, value: … })` with other arguments, not call it (the step is
 * left out), call it twice, or keep it and call it when a later step comes (reorder). What it returns is what the driver
 * gets; for steps that are awaited that may be a promise.
 */

/** Names of steps and the arguments each carries. */
export type StepTable = { readonly [name: string]: object };

/** One step about to happen. `args` may be changed in place or replaced through `run`. */
export interface Step<T extends StepTable, N extends keyof T & string = keyof T & string> {
  readonly name: N;
  readonly args: T[N];
}

/** What a harness gives to `open`. Called around every step; must return what `run` returns (or a stand-in for it). */
export type StepHook = (
  step: { readonly name: string; readonly args: Record<string, unknown> },
  run: (args?: object) => unknown,
) => unknown;

/** Runs one step. */
export type StepRunner<T extends StepTable> = <N extends keyof T & string, R>(
  name: N,
  args: T[N],
  run: (args: T[N]) => R,
) => R;

/** The function a driver calls its steps through. */
export function stepRunner<T extends StepTable>(hook: StepHook | undefined): StepRunner<T> {
  if (hook === undefined) return (_name, args, run) => run(args);
  return <N extends keyof T & string, R>(name: N, args: T[N], run: (args: T[N]) => R): R =>
    hook({ name, args: args as Record<string, unknown> }, (other) => run((other ?? args) as T[N])) as R;
}
