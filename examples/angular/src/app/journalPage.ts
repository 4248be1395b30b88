import { DatePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { ZerobusEvents } from '../events/zerobusEvents.ts';
import { Journal } from './journal.ts';

/** Lists the newest events of this page, and how far each is. */
@Component({
  selector: 'app-journal-page',
  imports: [DatePipe],
  templateUrl: './journalPage.html',
  styleUrl: './journalPage.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class JournalPage {
  readonly #delivery = inject(ZerobusEvents).delivery;
  readonly #journal = inject(Journal);
  protected readonly entries = computed(() => {
    const { stored, sent, durable } = this.#delivery();
    const stateOf = (number: number): string => {
      if (number < durable) {
        return 'durable';
      }
      return number < sent ? 'sent' : number < stored ? 'stored' : 'tracked';
    };
    return this.#journal.entries().map((event) => ({ ...event, state: stateOf(event.number) }));
  });
}
