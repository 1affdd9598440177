/** `emptyslot run`: first light on one screen. */

import pc from 'picocolors';
import type { FirstLightReport } from '../../conformance/first-light.ts';
import type { OpenTarget } from '../../conformance/targets.ts';
import type { Finding } from '../../pcie/index.ts';
import { Exit } from '../exit.ts';
import { firmwareSource } from '../firmware.ts';
import { cardOptions } from '../options.ts';
import { Progress } from '../progress.ts';

interface RunOptions extends Record<string, unknown> {
  readonly firmware?: string;
  readonly synthetic?: boolean;
  readonly target?: string;
  readonly trace?: string;
  readonly json?: boolean;
}

export async function run(options: RunOptions): Promise<Exit> {
  const card = cardOptions(options);
  const firmware = await firmwareSource(options.firmware, options.synthetic === true);
  const [{ openTarget }, { firstLight }] = await Promise.all([
    import('../targets.ts'),
    import('../../conformance/first-light.ts'),
  ]);
  const target = await openTarget(options.target ?? 'rx7900xtx', { ...card, traceFile: options.trace });
  const progress = new Progress(options.json === true);
  let report: FirstLightReport;
  try {
    report = await firstLight(target, {
      firmware: firmware.source,
      seed: card.seed,
      onStage: (stage) => progress.step(stage.name),
      onProgress: (what) => progress.step(what),
    });
  } catch (error) {
    progress.end();
    // what the card saw before the driver gave up is usually the answer
    const findings = target.judge?.findings() ?? [];
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: false, error, findings }, undefined, 2)}\n`);
    else
      process.stdout.write(
        seenLines(target, findings)
          .map((line) => `${line}\n`)
          .join(''),
      );
    throw error;
  } finally {
    await target.close();
  }
  progress.end();
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ firmwareFrom: firmware.about, notes: target.notes, ...report }, undefined, 2)}\n`,
    );
  else
    process.stdout.write(`${[...screen(report, firmware.about), ...seenLines(target, report.findings)].join('\n')}\n`);
  return report.ok ? Exit.ok : Exit.failures;
}

const ms = (ns: number): string => `${(ns / 1e6).toFixed(3)} ms`;
const fixed = (ns: number, width: number): string => (ns / 1e6).toFixed(3).padStart(width);
const size = (bytes: number): string =>
  bytes >= 2 ** 30
    ? `${+(bytes / 2 ** 30).toFixed(2)} GiB`
    : bytes >= 2 ** 20
      ? `${+(bytes / 2 ** 20).toFixed(1)} MiB`
      : bytes >= 1024
        ? `${+(bytes / 1024).toFixed(1)} KiB`
        : `${bytes} B`;
const rate = (bytes: number, ns: number): string => (ns === 0 ? '' : `${(bytes / ns).toFixed(2)} GB/s`);
const mark = (good: boolean): string => (good ? pc.green('ok') : pc.red('WRONG'));
const id = (value: number): string => value.toString(16).padStart(4, '0');

function screen(report: FirstLightReport, firmware: string): string[] {
  const { identity } = report;
  const inOrder = [...report.stages].sort((p, q) => p.startNs - q.startNs || p.depth - q.depth);
  const total = inOrder.filter((stage) => stage.depth === 0);
  const opened = total[0]?.endNs ?? Infinity;
  const boot = inOrder.filter((stage) => stage.depth === 1 && stage.endNs <= opened);
  const lines = [
    pc.bold(
      `Radeon RX 7900 XTX (${id(identity.vendorId)}:${id(identity.deviceId)} rev ${identity.revision.toString(16)}) at ${identity.location}`,
    ) + `   VRAM ${size(report.vramBytes)}, BAR0 ${size(report.bar0Bytes)}, ${report.boot} boot`,
    '',
    pc.bold('boot') + pc.dim("  start and length of each step, in ms of the card's own time"),
    ...twoColumns(
      boot.map(
        (stage) => `${stage.name.padEnd(28)} ${fixed(stage.startNs, 9)} ${fixed(stage.endNs - stage.startNs, 8)}`,
      ),
    ),
    ...total.map(
      (stage) => `  ${stage.name.padEnd(28)} ${fixed(stage.startNs, 9)} ${fixed(stage.endNs - stage.startNs, 8)}`,
    ),
    '',
    pc.bold('firmware') + pc.dim(`  ${firmware}: type, version, size`),
    ...twoColumns(
      report.firmware.map(
        (image) =>
          `${image.name.padEnd(14)} ${image.type < 0 ? 'boot' : String(image.type).padStart(4)}  ${image.version.padStart(10)}  ${size(image.bytes).padStart(9)}`,
      ),
    ),
    '',
    pc.bold('copies'),
    ...report.copies.map(
      (copy) =>
        `  ${copy.what.padEnd(54)}  ${size(copy.bytes).padStart(8)}  ${ms(copy.timeNs).padStart(12)}  ${rate(copy.bytes * 3, copy.timeNs).padStart(12)}  ${mark(copy.verified)}`,
    ),
    '',
    pc.bold('kernels') + pc.dim('  (clang, gfx1100; verified against the host)'),
    ...report.kernels.map(
      (k) =>
        `  ${k.kernel.padEnd(10)} ${k.shows.padEnd(40)} ${String(k.threads).padStart(7)} threads  ${ms(k.timeNs).padStart(12)}  ${mark(k.verified)}${k.firstDifference === undefined ? '' : `  ${k.firstDifference}`}`,
    ),
    '',
  ];
  if (report.coverage !== undefined) {
    const { declared, read, written } = report.coverage;
    lines.push(
      `${pc.bold('registers')}  ${declared} declared, ${read} read, ${written} written; ${report.accesses} accesses in ${ms(report.timeNs)}`,
    );
  }
  return lines;
}

/** Two to a line, read downwards. */
function twoColumns(items: readonly string[]): string[] {
  const half = Math.ceil(items.length / 2);
  const width = Math.max(...items.map((item) => item.length));
  return Array.from({ length: half }, (_, i) => `  ${items[i]!.padEnd(width)}    ${items[i + half] ?? ''}`.trimEnd());
}

/** What the target's judge saw; where it has none, what is known instead: silence of a card that nobody watched is no praise. */
function seenLines(target: OpenTarget, findings: readonly Finding[]): string[] {
  return target.judge === undefined ? target.notes.map((note) => pc.dim(`  ${note}`)) : findingLines(findings);
}

export function findingLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [`${pc.bold('findings')}  ${pc.green('none')}`];
  const lines = [pc.bold(`findings  ${findings.length}`)];
  for (const finding of findings.slice(0, 10)) {
    lines.push(`  ${pc.red(finding.code)}  ${finding.message}`);
    lines.push(
      `    at       ${finding.at.where} ${finding.at.what}  ${pc.dim(`${finding.at.step} · ${ms(finding.timeNs)}`)}`,
    );
    for (const cause of finding.because.slice(0, 3))
      lines.push(`    because  ${cause.where} ${cause.what}  ${pc.dim(cause.step)}`);
    lines.push(pc.dim(`    silicon  ${finding.onSilicon}`));
  }
  if (findings.length > 10) lines.push(`  … and ${findings.length - 10} more (--json has them all)`);
  return lines;
}
