/** `emptyslot serve remote-pci`: cards for somebody else's driver, until interrupted. */

import { openSync, writeSync, closeSync } from 'node:fs';
import * as v from 'valibot';
import pc from 'picocolors';
import { EmptyslotError } from '../../pcie/index.ts';
import { Exit, UsageError } from '../exit.ts';
import { build, record } from '../machine.ts';
import { cardOptions, check } from '../options.ts';

interface ServeOptions extends Record<string, unknown> {
  readonly device: string[];
  readonly listen: string;
  readonly anywhere?: boolean;
  readonly findings?: string;
  readonly trace?: string;
  readonly json?: boolean;
}

const hostPort = v.pipe(
  v.string(),
  v.regex(/^(\[[0-9a-f:]+\]|[^:]+):\d{1,5}$/i, 'host:port'),
  v.check((where) => Number(where.slice(where.lastIndexOf(':') + 1)) < 65536, 'a port below 65536'),
);
const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

export async function serveCommand(options: ServeOptions): Promise<Exit> {
  const card = cardOptions(options);
  const where = check('--listen', hostPort, options.listen);
  const host = where.slice(0, where.lastIndexOf(':'));
  const port = Number(where.slice(where.lastIndexOf(':') + 1));
  if (!loopback.test(host)) {
    if (!options.anywhere)
      throw new UsageError(
        `--listen ${where} is not loopback; the protocol has no authentication. Add --anywhere to mean it.`,
      );
    process.stderr.write(
      pc.yellow(`warning: anybody who reaches ${where} owns these cards; the protocol has no authentication\n`),
    );
  }
  const names = options.device.length === 0 ? ['rx7900xtx'] : options.device;
  const data = {
    machine: { seed: card.seed, strictness: card.strictness, scatter: card.scatter },
    cards: names.map((device) => ({
      device,
      bar0Bytes: card.bar0Bytes,
      vramMib: card.vramMib,
      engine: card.engine,
      threads: card.threads,
      check: card.check,
    })),
  };
  const { machine, ports } = build(data);
  const recording = options.trace === undefined ? undefined : record(machine, data, options.trace);
  const findings = options.findings === undefined ? undefined : openFile(options.findings);
  const status = new Status(
    () =>
      `${machine.trace.next} accesses  ${machine.findings.total} findings  card time ${(machine.nowNs / 1e9).toFixed(3)} s`,
  );
  machine.findings.onFinding((finding) => {
    if (findings !== undefined) writeSync(findings, `${JSON.stringify(finding)}\n`);
    status.line(`${pc.red(finding.code)} ${finding.message} ${pc.dim(`(${finding.at.where})`)}`);
  });

  const { serveRemotePci } = await import('../../serve/remote-pci/index.ts');
  let server: Awaited<ReturnType<typeof serveRemotePci>>;
  try {
    server = await serveRemotePci({
      ports: ports.map((p) => ({ port: p, bar0MaxBytes: card.bar0Bytes })),
      listen: { host: host.replace(/^\[|\]$/g, ''), port },
      onEvent: (line) => status.line(line),
      onError: (error) => status.line(pc.red(String(error))),
    });
  } catch (cause) {
    throw new EmptyslotError('DEVICE_UNSUPPORTED', `cannot listen on ${where}: ${(cause as Error).message}`, { cause });
  }
  process.stderr.write(`${names.join(', ')} at ${server.address}; end with Ctrl-C\n`);

  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  status.end();
  const summary = {
    address: server.address,
    ...server.stats,
    accesses: machine.trace.next,
    cardTimeNs: machine.nowNs,
    findings: Object.fromEntries(machine.findings.counts),
    coverage: ports.map((p) => p.model.coverage?.()),
  };
  await server.close();
  recording?.close(summary.findings);
  if (findings !== undefined) closeSync(findings);
  if (options.json) process.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  else {
    const [coverage] = summary.coverage;
    process.stdout.write(
      `\n${summary.connections} connections, ${summary.requests} requests (${summary.refusals} refused), ${summary.accesses} accesses, ` +
        `${(summary.bytesWritten / 2 ** 20).toFixed(1)} MiB in, ${(summary.bytesRead / 2 ** 20).toFixed(1)} MiB out, ${(summary.cardTimeNs / 1e9).toFixed(3)} s of the card's time\n` +
        (coverage === undefined
          ? ''
          : `registers: ${coverage.declared} declared, ${coverage.read} read, ${coverage.written} written\n`) +
        `findings: ${
          Object.entries(summary.findings)
            .map(([code, n]) => `${code} ${n}`)
            .join(', ') || 'none'
        }\n`,
    );
  }
  return Exit.ok;
}

function openFile(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (cause) {
    throw new EmptyslotError('TRACE_INVALID', `cannot write ${path}`, { cause });
  }
}

/** One line on stderr that is written over while nothing else is said; silent in a pipe. */
class Status {
  private readonly live = process.stderr.isTTY;
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly text: () => string;

  constructor(text: () => string) {
    this.text = text;
    if (this.live) {
      this.timer = setInterval(() => process.stderr.write(`\r\x1b[2K${this.text()}`), 500);
      this.timer.unref();
    }
  }

  line(text: string): void {
    process.stderr.write(`${this.live ? '\r\x1b[2K' : ''}${text}\n`);
  }

  end(): void {
    if (this.timer !== undefined) clearInterval(this.timer);
    if (this.live) process.stderr.write('\r\x1b[2K');
  }
}
