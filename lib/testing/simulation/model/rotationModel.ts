import type { CallModel } from './callModel.ts';
import type { ModelContext } from './modelContext.ts';

/** Sessions of a stream that have ended without breaking. */
export class RotationModel {
  readonly #context: ModelContext;
  #count = 0;

  constructor(context: ModelContext) {
    this.#context = context;
  }

  onProgress(): void {
    this.#count = 0;
  }

  /**
   * A session has ended without breaking.
   *
   * @param lane the number of the stream
   * @param call its call
   * @param openedAt when the session was opened
   * @returns the number of such sessions in a row that have brought nothing
   */
  next(lane: number, call: CallModel | undefined, openedAt: number): number {
    const { now, limits, findings } = this.#context;
    findings.check(call !== undefined && !call.isLive, 'retries', () => `stream ${lane} has no reason to connect`);
    this.#count = now() - openedAt > limits.recoveryBackoffMaxMs ? 0 : this.#count + 1;
    findings.count('rotation');
    return this.#count;
  }
}
