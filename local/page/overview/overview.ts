import { html, type TemplateResult } from 'lit-html';
import type { Overview, Totals } from '../../lib/live/api/overview.ts';
import { choice } from '../parts/choice.ts';
import { everySecond } from '../parts/everySecond.ts';
import { duration, time } from '../parts/formats.ts';
import { icons } from '../parts/icons.ts';
import { Resource } from '../parts/resource.ts';
import { problem, skeleton } from '../parts/states.ts';
import { serverNow } from '../serverTime.ts';
import type { View, ViewContext, ViewKind } from '../view.ts';
import { CurveCards } from './curveCards.ts';
import { History } from './history.ts';
import { refusalsTable } from './refusalsTable.ts';
import { streamsTable } from './streamsTable.ts';
import { totalsList } from './totalsList.ts';

/** What the server does now. */
export const overview: ViewKind = {
  name: 'overview',
  title: 'Overview',
  icon: icons.overview,
  open: (context) => new OverviewView(context),
};

const minutes = [1, 5, 15] as const;

/** How much of the time shown has samples. */
const FILLED = 0.4;

/** Older refusals are left to the JSON. */
const SHOWN_REFUSALS = 10;

/** A sample comes shortly after its time, so the curves end before now. */
const DELAY_MS = 1500;

/** The least time between two readings. */
const REFRESH_MS = 2000;

class OverviewView implements View {
  readonly #context: ViewContext;
  readonly #overview: Resource<Overview>;
  readonly #history = new History();
  readonly #cards: CurveCards;
  readonly #ends: readonly (() => void)[];
  #chosenMinutes: number | undefined;
  #drawnAtMs = 0;
  /** When it was read last. While it is read, that is not known yet. */
  #readAtMs = Number.POSITIVE_INFINITY;
  #isBehind = false;

  constructor(context: ViewContext) {
    const { feed, update } = context;
    this.#context = context;
    this.#cards = new CurveCards(update);
    this.#overview = new Resource('overview', () => this.#reset());
    this.#ends = [
      feed.on('sample', (sample) => {
        this.#history.add(sample);
        this.#isBehind ||= sample.records > 0 || sample.commits > 0;
        this.#draw();
        this.#refresh();
      }),
      feed.on('streams', (streams) => this.#change(() => ({ streams }))),
      feed.on('refusal', (refusal) =>
        this.#change(({ refusals }) => ({ refusals: [refusal, ...refusals].slice(0, SHOWN_REFUSALS) })),
      ),
      feed.on('token', () => this.#change(() => ({}))),
      feed.onReturn(() => void this.#overview.read()),
      everySecond(() => this.#tick()),
    ];
    void this.#readAgain();
  }

  close(): void {
    this.#overview.close();
    this.#cards.close();
    for (const end of this.#ends) {
      end();
    }
  }

  render(): TemplateResult {
    return html`<div class="heading">
        <h1 tabindex="-1">Overview</h1>
        <span class="spring"></span>
        ${this.#uptime()}
      </div>
      <div class=${this.#isStale ? 'stale' : ''}>${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    const { value, error } = this.#overview;
    if (value === undefined) {
      return error === undefined
        ? skeleton(12)
        : problem('The overview could not be read.', error, () => void this.#overview.read());
    }
    const { streams, refusals, totals } = value;
    return html`${isNew(totals) ? firstSteps() : ''}
      <section aria-labelledby="rates">
        <div class="section-heading">
          <h2 id="rates">Rates</h2>
          <span class="muted small">${this.#period()}</span>
          <span class="spring"></span>
          ${choice(
            'Time shown',
            minutes.map((each) => [each, `${each} min`] as const),
            this.#minutes,
            (chosen) => {
              this.#chosenMinutes = chosen;
              this.#draw();
            },
          )}
        </div>
        ${this.#cards.render()}
      </section>
      <section>
        <div class="section-heading"><h2>Open streams</h2><span class="badge">${streams.length}</span></div>
        ${
          streams.length === 0
            ? html`<p class="card padded muted">No stream is open. Clients that write over HTTP need none.</p>`
            : streamsTable(streams, this.#nowMs)
        }
      </section>
      <section>
        <div class="section-heading"><h2>Last refusals</h2></div>
        ${
          refusals.length === 0
            ? html`<p class="card padded muted">Nothing was refused.</p>`
            : refusalsTable(refusals.slice(0, SHOWN_REFUSALS))
        }
      </section>
      <section aria-labelledby="totals">
        <div class="section-heading"><h2 id="totals">Since the start</h2></div>
        ${totalsList(totals)}
      </section>`;
  }

  #uptime(): TemplateResult {
    const { startedAtMs } = this.#context.server;
    return html`<span class="muted small" title=${new Date(startedAtMs).toString()}>
      Running for ${duration(this.#nowMs - startedAtMs)}
    </span>`;
  }

  #period(): string {
    const { hoveredMs } = this.#cards;
    if (hoveredMs !== undefined) {
      return `at ${time(hoveredMs)}`;
    }
    const { last } = this.#history;
    return this.#isStale && last !== undefined ? `as of ${time(last.atMs)}` : 'now';
  }

  /** Without events, the values are not those of now. */
  get #isStale(): boolean {
    return this.#context.feed.state === 'lost';
  }

  /** The time of the values shown. */
  get #nowMs(): number {
    return this.#isStale ? (this.#history.last?.atMs ?? serverNow()) : serverNow();
  }

  /** What was chosen, or the longest time that the samples fill to a good part. */
  get #minutes(): number {
    const filled = minutes.filter((each) => this.#history.spanMs >= each * 60_000 * FILLED);
    return this.#chosenMinutes ?? filled.at(-1) ?? minutes[0];
  }

  #reset(): void {
    const { value } = this.#overview;
    if (value !== undefined) {
      this.#history.merge(value.samples);
    }
    this.#draw();
  }

  /** The totals come with no event, so they are read again after anything has happened, now and then. */
  #refresh(): void {
    if (this.#isBehind && !document.hidden && performance.now() - this.#readAtMs >= REFRESH_MS) {
      this.#isBehind = false;
      this.#readAtMs = Number.POSITIVE_INFINITY;
      void this.#readAgain();
    }
  }

  /** The next reading waits for the end of this one, so that a slow one ends, too. */
  async #readAgain(): Promise<void> {
    await this.#overview.read();
    this.#readAtMs = performance.now();
  }

  #change(changed: (overview: Overview) => Partial<Overview>): void {
    this.#isBehind = true;
    const { value } = this.#overview;
    if (value !== undefined) {
      this.#overview.value = { ...value, ...changed(value) };
      this.#context.update();
    }
  }

  /** The time goes on without samples, too. */
  #tick(): void {
    if (performance.now() - this.#drawnAtMs > DELAY_MS) {
      this.#draw();
    } else {
      this.#context.update();
    }
  }

  /** A page that is not seen draws all at once when it is seen again. */
  #draw(): void {
    if (document.hidden) {
      return;
    }
    this.#drawnAtMs = performance.now();
    const to = Math.max(this.#history.last?.atMs ?? 0, serverNow() - DELAY_MS);
    const from = to - this.#minutes * 60_000;
    this.#cards.show(this.#history.since(from), from, to);
    this.#context.update();
  }
}

function isNew({ streamsOpened, recordsAccepted }: Totals): boolean {
  return streamsOpened === 0 && recordsAccepted === 0;
}

function firstSteps(): TemplateResult {
  return html`<div class="card first-steps">
    <div class="words">
      <h2>Nothing has arrived since the start</h2>
      <p class="muted">Create a table if there is none, and point a client at it. What it writes is seen here at once.</p>
    </div>
    <a class="button primary" href="#/start">Getting started</a>
  </div>`;
}
