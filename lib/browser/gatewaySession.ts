import type { Subscriber, Subscription } from 'rxjs';
import { reasonOf } from '../errors/reasonOf.ts';
import { isZerobusError, ZerobusError } from '../errors/zerobusError.ts';
import { Beacons } from './beacons.ts';
import type { GatewayEventDetails } from './gatewayEvent.ts';
import type { GatewayOptions } from './gatewayOptions.ts';
import { GatewayReporter } from './gatewayReporter.ts';
import { listenToPage } from './pageEvents.ts';
import { eventJson } from './request/eventJson.ts';
import type { Refusal } from './request/parseAnswer.ts';
import { Sender } from './sender.ts';
import { Settlement } from './settlement.ts';
import type { Added, EventStore, Progress } from './store/eventStore.ts';
import { storageFailed } from './store/openDatabase.ts';
import { openStore } from './store/openStore.ts';
import { TabChannel, type TabMessage } from './tabs/tabChannel.ts';
import { whileLeader } from './tabs/whileLeader.ts';
import { Writer } from './writer.ts';

/** How long a page counts as about to be gone after it was hidden, in milliseconds. */
const HIDING_MS = 1000;

/** The end of a source: its completion, or its error. */
type Ending = { readonly error?: unknown };

/** One subscription: takes in the values of its source, and says which are durable. */
export class GatewaySession {
  readonly #options: GatewayOptions;
  readonly #subscriber: Subscriber<number>;
  readonly #reporter: GatewayReporter;
  readonly #beacons: Beacons;
  readonly #settlement: Settlement;
  readonly #writer: Writer;
  #store: EventStore | undefined;
  #sender: Sender | undefined;
  #channel: TabChannel | undefined;
  /** Aborts when the page is put aside, or the session ends. */
  #active = new AbortController();
  #stopListening: (() => void) | undefined;
  #hiding: Subscription | undefined;
  #values = 0;
  #emitted = -1;
  #ending: Ending | undefined;
  #hasEnded = false;

  constructor(options: GatewayOptions, subscriber: Subscriber<number>) {
    this.#options = options;
    this.#subscriber = subscriber;
    this.#reporter = new GatewayReporter(options);
    const report = (event: GatewayEventDetails): void => this.#reporter.report(event);
    this.#beacons = new Beacons(options.url, report);
    this.#settlement = new Settlement(this.#beacons, report);
    this.#writer = new Writer({
      options,
      onWritten: (texts, added) => this.#onWritten(texts, added),
      onHurried: () => this.#onHurried(),
      onSkipped: (count) => this.#settlement.pass(count),
      onDropped: (count, reason) => report({ kind: 'dropped', count, reason }),
      onFailure: (error) => this.#fail(error),
    });
  }

  /** Opens the store, and begins to send. */
  start(): void {
    // At once: the listeners of the page that come later may still track events, and these are written in time.
    this.#stopListening = listenToPage({
      onHidden: () => this.#onHidden(),
      onShown: () => this.#onShown(),
      onOnline: () => this.#sender?.onOnline(),
      onOffline: () => this.#sender?.onOffline(),
      onSuspend: () => this.#suspend(),
      onFreeze: () => this.#letGo(),
      onResume: () => this.#resume(),
    });
    this.#open().catch((error) => this.#fail(error));
  }

  /** Takes in the next value of the source. */
  next(value: unknown): void {
    if (this.#hasEnded || this.#ending !== undefined) {
      return;
    }
    const offset = this.#values++;
    try {
      this.#writer.push(eventJson(value, this.#options.maxRequestBytes));
    } catch (error) {
      this.#refuse(error as ZerobusError, offset);
    }
  }

  /** The source has completed or errored: the subscriber is notified once all is settled. */
  end(ending: Ending): void {
    this.#ending = ending;
    this.#check();
  }

  /** Ends all that runs. What arrived is still written, and sent by the next leader. */
  stop(): void {
    this.#hasEnded = true;
    this.#hiding?.unsubscribe();
    this.#writer.hurry(true);
    this.#letGo();
    this.#stopListening?.();
  }

  #refuse({ code, message }: ZerobusError, offset: number): void {
    this.#reporter.report({ kind: 'refused', code, message, offset });
    this.#writer.push(undefined);
  }

  async #open(): Promise<void> {
    const { database, overflow, fallback, maxStoredEvents, maxStoredBytes, scheduler } = this.#options;
    const store = await openStore({
      database,
      limits: { events: maxStoredEvents, bytes: maxStoredBytes, dropsOldest: overflow === 'dropOldest' },
      scheduler,
      hasFallback: fallback === 'memory',
      onClosed: () => this.#onClosed(),
      onMemory: (error) => this.#reporter.report({ kind: 'memory', error }),
    });
    this.#store = store;
    this.#sender = new Sender({
      options: this.#options,
      store,
      onProgress: (progress, refused) => this.#onLeaderProgress(progress, refused),
      report: (event) => this.#reporter.report(event),
    });
    this.#writer.start(store);
    if (this.#hasEnded) {
      this.#letGo();
      return;
    }
    this.#resume();
  }

  /**
   * Lets go of what other pages wait for. The store stays open, since other listeners of `pagehide` may still track
   * events, and these have this turn only.
   */
  #suspend(): void {
    this.#active.abort();
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** Lets go of everything. */
  #letGo(): void {
    this.#suspend();
    this.#store?.close();
  }

  #resume(): void {
    const [store, sender] = [this.#store, this.#sender];
    if (store === undefined || sender === undefined || this.#hasEnded || this.#channel !== undefined) {
      return;
    }
    this.#active = new AbortController();
    const { signal } = this.#active;
    const name = this.#options.database;
    this.#channel = new TabChannel(name, (message) => this.#onMessage(message));
    const lead = async (): Promise<void> => {
      this.#reporter.report({ kind: 'leader', isLeader: true });
      await sender.run(signal);
      this.#reporter.report({ kind: 'leader', isLeader: false });
    };
    (store.isPersistent ? whileLeader(name, signal, lead) : lead()).catch((error) => this.#fail(error));
    this.#refresh();
  }

  /** Looks how far the events are: other tabs may have gone on without this one. */
  #refresh(): void {
    this.#store
      ?.progress()
      .then((progress) => this.#onProgress(progress, []))
      .catch((error) => this.#fail(error));
  }

  #onWritten(texts: readonly (string | undefined)[], added: Added): void {
    this.#settlement.onWritten(texts, added);
    if (added.count > 0) {
      this.#sender?.onStored();
      this.#channel?.post({ kind: 'stored' });
    }
    this.#sendBeacons();
    // Once the writer knows it, too.
    queueMicrotask(() => this.#check());
  }

  /** The page may be gone before its events are written: the leader looks for them behind this write. */
  #onHurried(): void {
    const channel = this.#channel ?? new TabChannel(this.#options.database, () => {});
    channel.post({ kind: 'stored' });
    if (channel !== this.#channel) {
      channel.close();
    }
  }

  #onMessage(message: TabMessage): void {
    if (message.kind === 'stored') {
      this.#sender?.onStored();
    } else if (message.progress.client === this.#settlement.progress?.client) {
      const own = message.refused.filter(({ sequence }) => this.#settlement.has(sequence));
      this.#onProgress(message.progress, own);
    } else {
      this.#refresh();
    }
  }

  #onLeaderProgress(progress: Progress, refused: readonly Refusal[]): void {
    const before = this.#settlement.progress;
    if (progress.done !== before?.done || progress.client !== before.client || refused.length > 0) {
      this.#channel?.post({ kind: 'progress', progress, refused });
    }
    this.#onProgress(progress, refused);
  }

  #onProgress(progress: Progress, refused: readonly Refusal[]): void {
    this.#settlement.onProgress(progress, refused);
    this.#check();
  }

  #onClosed(): void {
    if (!this.#hasEnded) {
      this.#reporter.report({ kind: 'storageClosed' });
      this.#refresh();
    }
  }

  /** For a moment, whatever arrives is written and sent as if the page was gone afterwards. */
  #onHidden(): void {
    this.#hiding?.unsubscribe();
    this.#hiding = this.#options.scheduler.schedule(() => this.#onShown(), HIDING_MS);
    this.#writer.hurry(true);
    this.#sendBeacons();
  }

  #onShown(): void {
    this.#hiding?.unsubscribe();
    this.#hiding = undefined;
    this.#writer.hurry(false);
    this.#beacons.onShown();
  }

  #sendBeacons(): void {
    const { progress } = this.#settlement;
    if (this.#hiding !== undefined && this.#options.beacons && progress !== undefined) {
      this.#beacons.send(progress);
    }
  }

  #check(): void {
    const { watermark, isComplete } = this.#settlement;
    if (watermark > this.#emitted) {
      this.#emitted = watermark;
      this.#subscriber.next(watermark);
    }
    if (this.#ending !== undefined && this.#writer.isIdle && isComplete) {
      if ('error' in this.#ending) {
        this.#subscriber.error(this.#ending.error);
      } else {
        this.#subscriber.complete();
      }
    }
  }

  #fail(error: unknown): void {
    if (!this.#hasEnded) {
      const {
        code,
        message,
        cause = undefined,
      } = isZerobusError(error) ? error : storageFailed(`failed: ${reasonOf(error)}`, error);
      this.#subscriber.error(new ZerobusError(code, message, { cause, unacked: this.#writer.discard() }));
    }
  }
}
