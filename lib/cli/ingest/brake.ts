import { BehaviorSubject } from 'rxjs';

/** Why reading pauses: the stream is full, too much is not durable or not in a checkpoint, or the rate is reached. */
export type BrakeReason = 'stream' | 'window' | 'rate';

/** Pauses reading while there is a reason to. */
export class Brake {
  /** Whether reading pauses, for `pull`. */
  readonly paused$: BehaviorSubject<boolean> = new BehaviorSubject(false);
  readonly #reasons = new Set<BrakeReason>();

  /** Adds or removes a reason. */
  set(reason: BrakeReason, isOn: boolean): void {
    if (isOn) {
      this.#reasons.add(reason);
    } else {
      this.#reasons.delete(reason);
    }
    const isPaused = this.#reasons.size > 0;
    if (isPaused !== this.paused$.value) {
      this.paused$.next(isPaused);
    }
  }
}
