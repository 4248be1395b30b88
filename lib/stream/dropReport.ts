import type { Subscription } from 'rxjs';
import type { EventReporter } from './eventReporter.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';

/** Reports dropped values: once at the end of a turn, however many they are. */
export class DropReport {
  readonly #reporter: EventReporter;
  readonly #stream: Pick<ResolvedStreamOptions, 'turnScheduler' | 'events'>;
  #count = 0;
  #first = 0;
  #last = 0;
  #flush: Subscription | undefined;
  #hasWarned = false;
  #isOver = false;

  constructor(reporter: EventReporter, stream: Pick<ResolvedStreamOptions, 'turnScheduler' | 'events'>) {
    this.#reporter = reporter;
    this.#stream = stream;
  }

  /** Adds the values of these offsets. */
  add(first: number, last: number): void {
    this.#first = this.#count === 0 ? first : Math.min(this.#first, first);
    this.#last = Math.max(this.#count === 0 ? last : this.#last, last);
    this.#count += last - first + 1;
    if (!this.#isOver) {
      this.#flush ??= this.#stream.turnScheduler.schedule(() => this.#report());
    }
  }

  /** Reports what was dropped since the last report. Nothing is reported afterwards. */
  end(): void {
    this.#isOver = true;
    this.#flush?.unsubscribe();
    this.#report();
  }

  #report(): void {
    this.#flush = undefined;
    if (this.#count === 0) {
      return;
    }
    const event = { kind: 'dropped', count: this.#count, first: this.#first, last: this.#last } as const;
    this.#count = 0;
    this.#reporter.report(event);
    if (this.#stream.events === undefined && !this.#hasWarned) {
      this.#hasWarned = true;
      process.emitWarning(
        'Values are dropped because the source is faster than the service. Pass the option events to be notified of each.',
        { type: 'ZerobusWarning', code: 'VALUES_DROPPED' },
      );
    }
  }
}
