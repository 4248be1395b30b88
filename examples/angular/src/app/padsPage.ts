import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  type ElementRef,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { filter, fromEvent, map } from 'rxjs';
import { ZerobusEvents } from '../events/zerobusEvents.ts';

/** Pads to press: each press is an event. */
@Component({
  selector: 'app-pads-page',
  templateUrl: './padsPage.html',
  styleUrl: './padsPage.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PadsPage {
  readonly #events = inject(ZerobusEvents);
  protected readonly pads = viewChild.required<ElementRef<HTMLElement>>('pads');
  protected readonly names = ['Oak', 'Ash', 'Elm', 'Fir', 'Yew', 'Bay', 'Fig', 'Box'] as const;
  protected readonly presses = signal<Readonly<Record<string, number>>>({});

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      fromEvent(this.pads().nativeElement, 'click')
        .pipe(
          map(({ target }) => (target as Element).closest<HTMLElement>('[data-pad]')?.dataset['pad']),
          filter((pad) => pad !== undefined),
          takeUntilDestroyed(destroyed),
        )
        .subscribe((pad) => this.#press(pad));
    });
  }

  protected trackHundred(): void {
    for (let n = 0; n < 100; n++) {
      this.#events.track({ kind: 'burst', detail: `${n}` });
    }
  }

  protected fail(): never {
    throw new Error('This error is thrown on purpose.');
  }

  #press(pad: string): void {
    this.presses.update((presses) => ({ ...presses, [pad]: (presses[pad] ?? 0) + 1 }));
    this.#events.track({ kind: 'click', detail: pad });
  }
}
