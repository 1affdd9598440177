/**
 * What a shader core tells the card: things that hardware raises as interrupts, latches in status registers, or
 * does silently and a harness wants to know about. Pure software.
 */
import type { CheckCode } from './check/rules.ts';

/** One of the two places that a finding of the checker names. */
export interface CheckPlace {
  /** `instruction at 0x…`, or a packet and its queue. */
  readonly where: string;
  /** The instruction, and which workgroup, wave and lane it was. */
  readonly what: string;
  /** Access that set it going (trace sequence), where it is known. */
  readonly sequence?: number;
}

/** Which instruction of which wave it was. */
export interface At {
  /** Id that `start` returned. */
  readonly dispatch: number;
  readonly vmid: number;
  /** Wave slot and byte address of the instruction. */
  readonly wave: number;
  readonly pc: number;
}

export type ShaderEvent =
  | { readonly kind: 'dispatchDone'; readonly dispatch: number; readonly tag: number }
  /** The dispatch was not started at all. */
  | {
      readonly kind: 'launchRefused';
      readonly dispatch: number;
      readonly reason: 'vgprs' | 'lds' | 'waves' | 'scratch' | 'entryNotMapped' | 'entryMisaligned' | 'queueFull';
      readonly detail: string;
    }
  | ({
      readonly kind: 'illegalInstruction';
      readonly words: readonly number[];
      readonly mnemonic: string | undefined;
    } & At)
  /** A data access or an instruction fetch whose address does not translate. A wave tells its first. */
  | ({
      readonly kind: 'memoryViolation';
      readonly access: 'read' | 'write' | 'atomic' | 'execute';
      readonly address: number;
    } & At)
  /** S_TRAP; `handled`: a trap handler takes it. */
  | ({ readonly kind: 'trap'; readonly trap: number; readonly handled: boolean } & At)
  | ({ readonly kind: 'interruptMessage'; readonly data: number } & At)
  | ({
      readonly kind: 'vgprOutOfRange';
      readonly register: number;
      readonly allocated: number;
      readonly mnemonic: string;
    } & At)
  | ({ readonly kind: 'ldsOutOfRange'; readonly address: number; readonly allocated: number } & At)
  /** Only while a watcher is attached: something that would depend on timing, or on what was there before. */
  | {
      readonly kind: 'checkFailed';
      readonly code: CheckCode;
      readonly message: string;
      readonly at: CheckPlace;
      readonly because: readonly CheckPlace[];
    };
