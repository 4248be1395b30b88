import type { FaultKind } from './plan/faultKinds.ts';
import type { Random } from './plan/random.ts';
import type { SimulationPlan } from './plan/simulationPlan.ts';

/** What the acks of a call need. */
export interface AckScript {
  readonly plan: SimulationPlan;
  /** Whether a fault strikes at a batch. */
  readonly has: (kind: FaultKind, offset: number) => boolean;
  readonly at: (kind: FaultKind, offset: number) => Random;
  /** Does something later, if the call still lives. */
  readonly later: (delayMs: number, act: () => void) => void;
  readonly ack: (offset: number | undefined) => void;
  readonly sendGarbage: () => void;
  /** The number of batches that the client has sent. */
  readonly sentCount: () => number;
}

/** How often a service that is stuck repeats its last ack. */
const REPEATS = 40;

/** The acks of one call. */
export class SimulatedAcks {
  readonly #script: AckScript;
  /** Whether nothing new is acknowledged. */
  #isStuck = false;

  constructor(script: AckScript) {
    this.#script = script;
  }

  /** Acknowledges a batch, more or less well. */
  answer(offset: number): void {
    const { plan, has, at, later, ack } = this.#script;
    const late = has('late ack', offset);
    const lateMs = late ? at('late ack', offset).between(1, at('late ack', offset).pick([5, 200, 5000])) : 0;
    const inTime = (act: () => void): void => later(plan.downMs + lateMs, act);
    if (has('stuck ack', offset)) {
      this.#isStuck = true;
      this.#repeatAck(offset - 1, at('stuck ack', offset).pick([3, 20, 200, 2000]));
    }
    if (!this.#isStuck && !has('missing ack', offset)) {
      inTime(() => ack(offset));
    }
    if (has('duplicate ack', offset)) {
      inTime(() => ack(offset));
      later(plan.downMs + 7 * (offset + 1), () => ack(offset));
    }
    if (has('lower ack', offset)) {
      inTime(() => ack(Math.max(0, offset - at('lower ack', offset).between(1, 3))));
    }
    const odd = at('over ack', offset);
    if (has('over ack', offset)) {
      inTime(() => ack(this.#script.sentCount() + odd.pick([0, 0, 1, 1000, 2 ** 40])));
    }
    if (has('negative ack', offset)) {
      inTime(() => ack(odd.pick([-1, -1, -5, -(2 ** 40)])));
    }
    if (has('empty ack', offset)) {
      inTime(() => ack(undefined));
    }
    if (has('garbage', offset)) {
      inTime(() => this.#script.sendGarbage());
    }
  }

  /** Sends the same ack again and again. */
  #repeatAck(offset: number, everyMs: number, times: number = 0): void {
    if (offset < 0 || times === REPEATS) {
      return;
    }
    const { later, ack } = this.#script;
    later(everyMs, () => {
      ack(offset);
      this.#repeatAck(offset, everyMs, times + 1);
    });
  }
}
