import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { fromEvent } from 'rxjs';
import { ZerobusEvents } from '../events/zerobusEvents.ts';
import { DeliveryPanel } from './deliveryPanel.ts';
import { Journal } from './journal.ts';

/** The frame of every page: the navigation, and how far the events are. */
@Component({
  selector: 'app-root',
  imports: [DeliveryPanel, RouterLink, RouterLinkActive, RouterOutlet],
  templateUrl: './app.html',
  styleUrl: './app.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class App {
  constructor() {
    inject(Journal);
    const events = inject(ZerobusEvents);
    // The last event of a visit: it is stored, and sent as a beacon, while the page is closed.
    fromEvent(window, 'pagehide')
      .pipe(takeUntilDestroyed())
      .subscribe(() => events.track({ kind: 'leave' }));
  }
}
