import { Injectable, inject, type Signal, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { SentEvent } from '../events/trackedEvent.ts';
import { ZerobusEvents } from '../events/zerobusEvents.ts';

const MAX_ENTRIES = 12;

/** The newest events of this page. */
@Injectable({ providedIn: 'root' })
export class Journal {
  readonly #entries = signal<readonly SentEvent[]>([]);
  /** The newest first. */
  readonly entries: Signal<readonly SentEvent[]> = this.#entries.asReadonly();

  constructor() {
    inject(ZerobusEvents)
      .tracked$.pipe(takeUntilDestroyed())
      .subscribe((event) => this.#entries.update((entries) => [event, ...entries].slice(0, MAX_ENTRIES)));
  }
}
