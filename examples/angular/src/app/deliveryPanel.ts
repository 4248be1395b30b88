import { DecimalPipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { fromEvent, map, merge } from 'rxjs';
import { ZerobusEvents } from '../events/zerobusEvents.ts';
import { deliveryText } from './deliveryText.ts';

/** Shows how far the events of this page are. */
@Component({
  selector: 'app-delivery-panel',
  imports: [DecimalPipe],
  templateUrl: './deliveryPanel.html',
  styleUrl: './deliveryPanel.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class DeliveryPanel {
  readonly #events = inject(ZerobusEvents);
  readonly #isOnline = toSignal(
    merge(fromEvent(window, 'online'), fromEvent(window, 'offline')).pipe(map(() => navigator.onLine)),
    { initialValue: navigator.onLine },
  );
  protected readonly delivery = this.#events.delivery;
  protected readonly steps = computed(() => {
    const { tracked, stored, sent, durable } = this.delivery();
    const steps = [
      { name: 'Tracked', count: tracked, hint: 'by this page' },
      { name: 'Stored', count: stored, hint: 'in this browser' },
      { name: 'Sent', count: sent, hint: 'to the gateway' },
      { name: 'Durable', count: durable, hint: 'in the table' },
    ];
    return steps.map((step) => ({ ...step, part: tracked === 0 ? 0 : step.count / tracked }));
  });
  protected readonly status = computed(() => deliveryText(this.delivery(), this.#isOnline()));
  protected readonly role = computed(() => {
    if (!this.#isOnline()) {
      return 'Offline';
    }
    return this.delivery().isLeader ? 'Sends for all tabs' : 'Another tab sends';
  });

  protected restart(): void {
    this.#events.restart();
  }
}
