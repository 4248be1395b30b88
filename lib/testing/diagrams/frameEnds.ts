import type { TestScheduler } from 'rxjs/testing';

/**
 * The order of acts at the end of a frame: `answer` is what the service does by itself or for a connection, and
 * `script` is what the diagram of the whole service says.
 */
export type Rank = 'answer' | 'script';

/**
 * Runs what the service does in a frame after all that the client does in it, so that `-0` acknowledges what `-a`
 * sends.
 */
export class FrameEnds {
  readonly #scheduler: TestScheduler;
  readonly #due: Readonly<Record<Rank, (() => void)[]>> = { answer: [], script: [] };
  #isWaiting = false;

  constructor(scheduler: TestScheduler) {
    this.#scheduler = scheduler;
  }

  /** The present frame. */
  get frame(): number {
    return this.#scheduler.frame;
  }

  /** Runs an act at the end of a frame, or of the present one if that frame is over. */
  at(frame: number, rank: Rank, act: () => void): void {
    this.#scheduler.schedule(
      () => {
        this.#due[rank].push(act);
        this.#wait();
      },
      Math.max(0, frame - this.frame),
    );
  }

  /**
   * Runs one act as soon as nothing else is due in this frame. What it causes in the frame comes before the next act.
   */
  #wait(): void {
    if (this.#isWaiting) {
      return;
    }
    this.#isWaiting = true;
    this.#scheduler.schedule(() => {
      this.#isWaiting = false;
      const { answer, script } = this.#due;
      if (this.#scheduler.actions[0]?.delay !== this.frame) {
        (answer.shift() ?? script.shift())?.();
      }
      if (answer.length + script.length > 0) {
        this.#wait();
      }
    });
  }
}
