/** What every benchmark reports: a figure, what it is measured against in the same run, and its limit. */

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** `most` or `least` that is allowed. */
  readonly limit?: { readonly most?: number; readonly least?: number };
  /** What was measured beside it, for reading the ratio. */
  readonly floor?: string;
}

export const good = ({ value, limit }: Figure): boolean =>
  (limit?.most === undefined || value <= limit.most) && (limit?.least === undefined || value >= limit.least);

/** Prints figures as one line of JSON for `run.ts`. */
export function report(...figures: Figure[]): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** ns of the best of `runs` calls. */
export function bestOf(runs: number, body: () => void): number {
  let best = Infinity;
  for (let i = 0; i < runs; i++) {
    const start = process.hrtime.bigint();
    body();
    best = Math.min(best, Number(process.hrtime.bigint() - start));
  }
  return best;
}

/** ns of the best of `runs` awaited calls. */
export async function bestOfAsync(runs: number, body: () => Promise<void>): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < runs; i++) {
    const start = process.hrtime.bigint();
    await body();
    best = Math.min(best, Number(process.hrtime.bigint() - start));
  }
  return best;
}
