import { DestroyRef, Injectable, InjectionToken, inject, type Signal, signal, untracked } from '@angular/core';
import { type Observable, Subject, type Subscription } from 'rxjs';
import { type GatewayEvent, type ToGatewayOptions, toGateway, type ZerobusError } from 'rxjs-zerobus/browser';
import { changesBy, type Delivery, nothingTracked } from './delivery.ts';
import { OwnSequences } from './ownSequences.ts';
import type { SentEvent, TrackedEvent } from './trackedEvent.ts';

/** Options of {@link ZerobusEvents}: the address of the gateway, and those of `toGateway`. */
export interface ZerobusEventsOptions extends Omit<ToGatewayOptions, 'events'> {
  readonly url: string;
}

/** The options, as `provideZerobusEvents` provides them. */
export const zerobusEventsOptions: InjectionToken<ZerobusEventsOptions> = new InjectionToken('zerobusEventsOptions');

/** The most events that wait for {@link ZerobusEvents.restart}. */
const MAX_WAITING = 1000;

/**
 * Sends the events of the application to the gateway. It begins when it is first injected, so what is tracked before
 * the application has started is sent, too.
 */
@Injectable()
export class ZerobusEvents {
  readonly #options = inject(zerobusEventsOptions);
  readonly #delivery = signal(nothingTracked);
  /** How far the events of this page are. */
  readonly delivery: Signal<Delivery> = this.#delivery.asReadonly();
  readonly #tracked$ = new Subject<SentEvent>();
  /** Every event that is tracked, at once. */
  readonly tracked$: Observable<SentEvent> = this.#tracked$.asObservable();
  readonly #visit = crypto.randomUUID();
  #count = 0;
  #source$ = new Subject<SentEvent>();
  #sequences = new OwnSequences();
  #subscription: Subscription | undefined;
  /** What was tracked since the stream has failed, and what it could not store. */
  #waiting: SentEvent[] = [];

  constructor() {
    this.#connect();
    // What has arrived is still stored, and the next page sends it.
    inject(DestroyRef).onDestroy(() => this.#subscription?.unsubscribe());
  }

  /** Tracks an event. It never throws, and may be called anywhere, even while the page is closed. */
  track(event: TrackedEvent): void {
    // A signal must not be written in a computed one, but an event may be tracked there.
    untracked(() => {
      const sent = { page: location.pathname, ...event, visit: this.#visit, number: this.#count++, at: Date.now() };
      this.#update({ tracked: this.#delivery().tracked + 1 });
      this.#pass(sent);
      this.#tracked$.next(sent);
    });
  }

  /** Begins again after a failure, with what could not be stored. */
  restart(): void {
    if (this.#delivery().failure !== undefined) {
      const waiting = this.#waiting.splice(0);
      this.#delivery.set({ ...nothingTracked, tracked: waiting.length });
      this.#connect();
      for (const event of waiting) {
        this.#pass(event);
      }
    }
  }

  #pass(event: SentEvent): void {
    if (this.#delivery().failure === undefined) {
      this.#source$.next(event);
    } else if (this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(event);
    } else {
      this.#update({ dropped: this.#delivery().dropped + 1 });
    }
  }

  #connect(): void {
    const { url, ...options } = this.#options;
    this.#source$ = new Subject();
    this.#sequences = new OwnSequences();
    this.#subscription = this.#source$
      .pipe(toGateway(url, { ...options, events: { next: (event) => this.#onEvent(event) } }))
      .subscribe({
        next: (watermark) => this.#onDurable(watermark + 1),
        error: (error: ZerobusError) => this.#onFailure(error),
      });
  }

  #onEvent(event: GatewayEvent): void {
    const { stored, sent } = this.#delivery();
    this.#update(changesBy(event, this.#delivery()));
    if (event.kind === 'stored') {
      this.#sequences.add(event.first, event.last);
      this.#update({ stored: stored + event.count });
    } else if (event.kind === 'sent') {
      this.#update({ sent: Math.max(sent, this.#sequences.countUpTo(event.last)) });
    } else if (event.kind === 'durable') {
      this.#sequences.settle(event.sequence);
    }
  }

  /** What is durable was stored and sent, maybe by another tab. */
  #onDurable(durable: number): void {
    const { stored, sent } = this.#delivery();
    this.#update({ durable, stored: Math.max(stored, durable), sent: Math.max(sent, durable) });
  }

  #onFailure({ code, message, unacked }: ZerobusError): void {
    this.#waiting = unacked.map((text) => JSON.parse(String(text)) as SentEvent);
    this.#update({ failure: { code, message } });
  }

  #update(changes: Partial<Delivery>): void {
    this.#delivery.update((delivery) => ({ ...delivery, ...changes }));
  }
}
