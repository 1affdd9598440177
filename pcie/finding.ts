/**
 * A finding: what the driver did wrong, as data.
 *
 * Strictness changes only what is said, never what the device does.
 */

export type Strictness = 'silicon' | 'strict' | 'fatal';

/** One access, packet or event that shows or caused something. */
export interface Evidence {
  /** Number of the access in the trace; −1 where no access stands behind it. */
  readonly sequence: number;
  /** What was touched, in the field's own words: `BAR5 MP0_SMN_C2PMSG_35`, `PM4 DISPATCH_DIRECT at 0x…`. */
  readonly where: string;
  /** What was done: `write 0x80000000`, `left out`, … */
  readonly what: string;
  /** The driver's own step that was open then (`annotate`), outermost first. */
  readonly step: string;
  readonly timeNs: number;
}

export interface Finding {
  /** Stable code of the rule, e.g. `HDP_NOT_FLUSHED`. */
  readonly code: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** The access or packet that revealed it. */
  readonly at: Evidence;
  /** What caused it, first cause first. */
  readonly because: readonly Evidence[];
  /** What silicon would do. */
  readonly onSilicon: string;
  /** Where the rule comes from. */
  readonly source: string;
  readonly timeNs: number;
  /** Which card of the machine. */
  readonly card: number;
}
