import type { ActivityCounters } from '../faults/activity.ts';
import type { LiveStream } from '../faults/liveStream.ts';
import type { ServerEvent } from '../faults/serverEvent.ts';
import type { ActiveFault } from './api/faultView.ts';
import type { LiveEvents } from './api/liveEvents.ts';
import type { Refusal, Sample, Totals } from './api/overview.ts';
import type { Rejection } from './api/rejection.ts';
import type { StreamView } from './api/streamView.ts';
import type { TableSummary } from './api/tableView.ts';
import type { TokenView } from './api/tokenView.ts';
import { refusalOf } from './refusalOf.ts';
import { Ring } from './ring.ts';
import { type SampledState, Sampler } from './sampler.ts';
import { tokenView } from './tokenView.ts';

/** Refusals, rejections and tokens that are kept, of each. */
const KEPT = 200;
/** Samples that are kept: those of 15 minutes. */
const KEPT_SAMPLES = 900;
/** Pages that can be open at the same time. */
export const MAX_PAGES = 32;
const SAMPLE_EVERY_MS = 1000;

/** The server's parts that the monitor looks at once a second while a page is open. */
export interface MonitoredParts {
  readonly streams: ReadonlySet<LiveStream>;
  counters(): ActivityCounters;
  faults(): readonly ActiveFault[];
  tables(): readonly TableSummary[];
}

/** A page that is open. The data of its events is JSON, which all pages share. */
export interface LivePage {
  /** @returns whether the page is still there */
  onEvent(name: keyof LiveEvents, data: string): boolean;
  /** Called when the server closes. */
  close(): void;
}

/**
 * What the live page shows. Refusals, rejections and tokens are always kept, since they are rare. All else is looked at
 * only while a page is open: without one, there is no timer, and ingestion measures nothing.
 */
export class LiveMonitor {
  readonly #refusals = new Ring<Refusal>(KEPT);
  readonly #rejections = new Ring<Rejection>(KEPT);
  readonly #tokens = new Ring<TokenView>(KEPT);
  readonly #samples = new Ring<Sample>(KEPT_SAMPLES);
  readonly #pages = new Set<LivePage>();
  /** The JSON of each state that was sent last. */
  readonly #sent = new Map<keyof LiveEvents, string>();
  #parts: MonitoredParts | undefined;
  #sampler: Sampler | undefined;
  #timer: NodeJS.Timeout | undefined;
  #rejected = 0;
  #issued = 0;
  #commits = 0;

  /** Hands over the parts, once all of them exist. */
  start(parts: MonitoredParts): void {
    this.#parts = parts;
  }

  /** Whether a page is open, so that latencies are to be measured. */
  get isWatched(): boolean {
    return this.#sampler !== undefined;
  }

  get samples(): readonly Sample[] {
    return this.#samples.oldestFirst;
  }

  /** Newest first, as all that follow. */
  get refusals(): readonly Refusal[] {
    return this.#refusals.newestFirst;
  }

  get rejections(): readonly Rejection[] {
    return this.#rejections.newestFirst;
  }

  get tokens(): readonly TokenView[] {
    return this.#tokens.newestFirst;
  }

  /** The open streams. */
  get streams(): readonly StreamView[] {
    return [...(this.#parts?.streams ?? [])].flatMap(({ view }) => view ?? []);
  }

  /** The counts since the server has started. */
  totals({ streamsOpened, streamsRefused, tokensIssued, tokensRefused, ...counters }: ActivityCounters): Totals {
    const { recordsAccepted, bytesAccepted } = counters;
    const commits = this.#commits;
    return { recordsAccepted, bytesAccepted, commits, streamsOpened, streamsRefused, tokensIssued, tokensRefused };
  }

  /** Takes an event of the server. */
  report(event: ServerEvent): void {
    const atMs = Date.now();
    if (event.type === 'commit') {
      this.#commits++;
    } else if (event.type === 'tokenIssued') {
      this.#keep(this.#tokens, 'token', tokenView(event, ++this.#issued, atMs));
    }
    const refusal = refusalOf(event, atMs);
    if (refusal !== undefined) {
      this.#keep(this.#refusals, 'refusal', refusal);
    }
  }

  /** Takes a record that its table has refused. */
  rejected(rejection: Omit<Rejection, 'id' | 'atMs'>): void {
    this.#keep(this.#rejections, 'rejection', { id: ++this.#rejected, atMs: Date.now(), ...rejection });
  }

  /** Counts a request whose ack is sent, if a page is open. */
  acknowledged(latencyMs: number): void {
    this.#sampler?.acknowledged(latencyMs);
  }

  /**
   * Opens a page. It gets the present states at once, and what happens from now on.
   *
   * @returns a function that ends this; undefined if too many pages are open
   */
  open(page: LivePage): (() => void) | undefined {
    const parts = this.#parts;
    if (parts === undefined || this.#pages.size >= MAX_PAGES) {
      return undefined;
    }
    const tables = parts.tables();
    if (this.#sampler === undefined) {
      this.#sampler = new Sampler(this.#state(parts, tables));
      this.#timer = setInterval(() => this.#tick(parts), SAMPLE_EVERY_MS);
    }
    // The other pages get what has changed, too.
    this.#sendStates(parts, tables);
    for (const [name, data] of this.#sent) {
      page.onEvent(name, data);
    }
    this.#pages.add(page);
    return () => this.#leave(page);
  }

  /** Sends what has changed at once, instead of at the end of the second. */
  refresh(): void {
    if (this.#parts !== undefined && this.isWatched) {
      this.#sendStates(this.#parts, this.#parts.tables());
    }
  }

  /** Closes all pages. */
  close(): void {
    for (const page of [...this.#pages]) {
      page.close();
      this.#leave(page);
    }
    this.#parts = undefined;
  }

  #leave(page: LivePage): void {
    this.#pages.delete(page);
    if (this.#pages.size === 0) {
      clearInterval(this.#timer);
      this.#sampler = undefined;
      this.#sent.clear();
    }
  }

  #tick(parts: MonitoredParts): void {
    const tables = parts.tables();
    const sample = this.#sampler?.take(this.#state(parts, tables), Date.now());
    if (sample !== undefined) {
      this.#keep(this.#samples, 'sample', sample);
    }
    this.#sendStates(parts, tables);
  }

  #state({ counters, streams }: MonitoredParts, tables: readonly TableSummary[]): SampledState {
    const all = [...streams];
    const counts = counters();
    return {
      counters: counts,
      commits: this.#commits,
      inFlightRecords: all.reduce((sum, { inFlightRecords }) => sum + inFlightRecords, 0),
      unflushedRows: tables.reduce((sum, table) => sum + table.unflushedRows, 0),
      openStreams: counts.streamsOpen,
    };
  }

  /** Sends the states that have changed. */
  #sendStates({ faults }: MonitoredParts, tables: readonly TableSummary[]): void {
    for (const [name, state] of [
      ['streams', this.streams],
      ['tables', tables],
      ['faults', faults()],
    ] as const) {
      const data = JSON.stringify(state);
      if (data !== this.#sent.get(name)) {
        this.#sent.set(name, data);
        this.#send(name, data);
      }
    }
  }

  #keep<Name extends 'refusal' | 'rejection' | 'token' | 'sample'>(
    ring: Ring<LiveEvents[Name]>,
    name: Name,
    value: LiveEvents[Name],
  ): void {
    ring.add(value);
    if (this.#pages.size > 0) {
      this.#send(name, JSON.stringify(value));
    }
  }

  #send(name: keyof LiveEvents, data: string): void {
    for (const page of this.#pages) {
      if (!page.onEvent(name, data)) {
        this.#leave(page);
      }
    }
  }
}
