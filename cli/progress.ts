/** Progress on stderr while something takes its time: a bar on a terminal, nothing in a pipe. */

import type { SingleBar } from 'cli-progress';

export class Progress {
  private bar: SingleBar | undefined;
  private done = 0;
  private readonly quiet: boolean;
  private starting: Promise<void> | undefined;

  constructor(quiet: boolean) {
    this.quiet = quiet || !process.stderr.isTTY || process.env['CI'] !== undefined;
  }

  step(what: string): void {
    if (this.quiet) return;
    this.done++;
    this.starting ??= import('cli-progress').then(({ default: progress }) => {
      this.bar = new progress.SingleBar(
        { format: '{bar} {what}', clearOnComplete: true, hideCursor: true, stream: process.stderr, barsize: 24 },
        progress.Presets.shades_classic,
      );
      this.bar.start(60, 0, { what });
    });
    this.bar?.update(Math.min(this.done, 59), { what });
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}
