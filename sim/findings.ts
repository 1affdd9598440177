/**
 * Where findings are collected and said.
 *
 * A rule is declared once, as data, beside the block that can break it. Strictness decides only what is
 * said: `silicon` nothing, `strict` findings, `fatal` throws at the first one.
 */

import { EmptyslotError, RecordKind } from '../pcie/index.ts';
import type { Evidence, Finding, Strictness, TraceRecord } from '../pcie/index.ts';
import { hasPayload } from '../trace/ring.ts';
import type { TraceRing } from '../trace/ring.ts';

export interface Rule {
  /** Stable code, e.g. `HDP_NOT_FLUSHED`. */
  readonly code: string;
  /** What the rule forbids, one sentence. */
  readonly title: string;
  readonly onSilicon: string;
  readonly source: string;
}

/** Declares rules by code: `export const rules = defineRules({ HDP_NOT_FLUSHED: { title, onSilicon, source } })`. */
export function defineRules<K extends string>(specs: Record<K, Omit<Rule, 'code'>>): { readonly [C in K]: Rule } {
  const rules = {} as Record<K, Rule>;
  for (const code of Object.keys(specs) as K[]) rules[code] = { code, ...specs[code] };
  return rules;
}

/** Findings kept with full text; later ones are only counted. */
const KEPT = 1000;
/** Equal findings (same rule, same place) are said once and counted. */
const SAID_PER_PLACE = 1;

/** Turns an access of the trace into words; models replace it by one that knows register names. */
export type Describe = (card: number, bar: number, offset: number) => string;

export class Findings {
  readonly list: Finding[] = [];
  readonly counts = new Map<string, number>();
  strictness: Strictness;
  private readonly trace: TraceRing;
  private readonly now: () => number;
  private readonly places = new Map<string, number>();
  private readonly off = new Set<string>();
  private readonly describers = new Map<number, Describe>();
  private readonly listeners: ((finding: Finding) => void)[] = [];
  private threw: EmptyslotError | undefined;

  constructor(trace: TraceRing, now: () => number, strictness: Strictness) {
    this.trace = trace;
    this.now = now;
    this.strictness = strictness;
  }

  describeWith(card: number, describe: Describe): void {
    this.describers.set(card, describe);
  }

  onFinding(listener: (finding: Finding) => void): void {
    this.listeners.push(listener);
  }

  /** Switches a rule off (or on again). */
  enable(code: string, on: boolean): void {
    if (on) this.off.delete(code);
    else this.off.add(code);
  }

  /** Sequence number of the access now being served; what a model stores when it wants to blame it later. */
  get current(): number {
    return this.trace.next - 1;
  }

  /** Evidence for access `sequence` of the trace. `what` overrides the wording. */
  access(sequence: number, what?: string): Evidence {
    const record = this.trace.get(sequence);
    if (record === undefined) {
      return { sequence, where: 'an access no longer in the trace', what: what ?? '', step: '', timeNs: 0 };
    }
    const describe = this.describers.get(record.card);
    const place =
      record.kind === RecordKind.dmaRead || record.kind === RecordKind.dmaWrite
        ? `DMA buffer ${record.bar} offset 0x${record.offset.toString(16)}`
        : record.kind === RecordKind.configRead || record.kind === RecordKind.configWrite
          ? `config 0x${record.offset.toString(16)}`
          : (describe?.(record.card, record.bar, record.offset) ?? `BAR${record.bar} 0x${record.offset.toString(16)}`);
    return {
      sequence,
      where: place,
      what: what ?? wording(record),
      step: this.trace.stepText(record.step),
      timeNs: record.timeNs,
    };
  }

  /** Evidence that is not an access: a packet, a descriptor, a page-table entry. */
  thing(where: string, what: string, sequence = -1): Evidence {
    const record = this.trace.get(sequence);
    return {
      sequence,
      where,
      what,
      step: record === undefined ? this.trace.step : this.trace.stepText(record.step),
      timeNs: record?.timeNs ?? this.now(),
    };
  }

  /**
   * Reports a broken rule. `at` defaults to the access now being served.
   *
   * @throws EmptyslotError `FATAL_FINDING` under `fatal`, from the access or pause that comes next.
   */
  report(rule: Rule, card: number, message: string, at?: Evidence, because: readonly (Evidence | number)[] = []): void {
    if (this.strictness === 'silicon' || this.off.has(rule.code)) return;
    this.counts.set(rule.code, (this.counts.get(rule.code) ?? 0) + 1);
    const shown = at ?? this.access(this.current);
    const place = `${rule.code} ${card} ${shown.where}`;
    const said = this.places.get(place) ?? 0;
    if (said < SAID_PER_PLACE && this.list.length < KEPT) {
      if (this.places.size < 4 * KEPT) this.places.set(place, said + 1);
      const finding: Finding = {
        code: rule.code,
        message,
        at: shown,
        because: because.map((b) => (typeof b === 'number' ? this.access(b) : b)),
        onSilicon: rule.onSilicon,
        source: rule.source,
        timeNs: this.now(),
        card,
      };
      this.list.push(finding);
      for (const listener of this.listeners) listener(finding);
      if (this.strictness === 'fatal' && this.threw === undefined) {
        this.threw = new EmptyslotError('FATAL_FINDING', `${rule.code}: ${message}`, {
          step: shown.step,
          timeNs: this.now(),
          facts: { finding: rule.code },
        });
      }
    }
  }

  /** Under `fatal`: throws the first finding once. The port calls it at the end of every access. */
  throwIfFatal(): void {
    if (this.threw !== undefined) {
      const error = this.threw;
      this.threw = undefined;
      throw error;
    }
  }

  get total(): number {
    let sum = 0;
    for (const n of this.counts.values()) sum += n;
    return sum;
  }

  clear(): void {
    this.list.length = 0;
    this.counts.clear();
    this.places.clear();
    this.threw = undefined;
  }
}

function wording(record: TraceRecord): string {
  const { kind, lo, hi } = record;
  const value = hasPayload(record)
    ? `${lo} bytes`
    : hi === 0
      ? `0x${lo.toString(16)}`
      : `0x${hi.toString(16)}_${lo.toString(16).padStart(8, '0')}`;
  switch (kind) {
    case RecordKind.read:
    case RecordKind.read64:
    case RecordKind.configRead:
    case RecordKind.dmaRead:
    case RecordKind.blockRead:
      return `read ${value}`;
    case RecordKind.write:
    case RecordKind.write64:
    case RecordKind.configWrite:
    case RecordKind.dmaWrite:
    case RecordKind.blockWrite:
      return `write ${value}`;
    default:
      return '';
  }
}
