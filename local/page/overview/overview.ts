import { html, type TemplateResult } from 'lit-html';
import type { Overview, Totals } from '../../lib/live/api/overview.ts';
import { choice } from '../parts/choice.ts';
import { everySecond } from '../parts/everySecond.ts';
import { duration, time } from '../parts/formats.ts';
import { icons } from '../parts/icons.ts';
import { Resource } from '../parts/resource.ts';
import { empty, problem, skeleton } from '../parts/states.ts';
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

/** Older refusals are left to the JSON. */
const SHOWN_REFUSALS = 10;

class OverviewView implements View {
  readonly #context: ViewContext;
  readonly #overview: Resource<Overview>;
  readonly #history = new History();
  readonly #cards: CurveCards;
  readonly #ends: readonly (() => void)[];
  #chosenMinutes: number | undefined;

  constructor(context: ViewContext) {
    const { feed, update } = context;
    this.#context = context;
    this.#cards = new CurveCards(update);
    this.#overview = new Resource('overview', () => this.#reset());
    this.#ends = [
      feed.on('sample', (sample) => {
        this.#history.add(sample);
        this.#change(({ totals }) => ({
          totals: {
            ...totals,
            recordsAccepted: totals.recordsAccepted + sample.records,
            bytesAccepted: totals.bytesAccepted + sample.bytes,
            commits: totals.commits + sample.commits,
          },
        }));
        this.#draw();
      }),
      feed.on('streams', (streams) => this.#change(() => ({ streams }))),
      feed.on('refusal', (refusal) => this.#change(({ refusals }) => ({ refusals: [refusal, ...refusals] }))),
      feed.onReturn(() => void this.#overview.read()),
      everySecond(update),
    ];
    void this.#overview.read();
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
      ${this.#content()}`;
  }

  #content(): TemplateResult {
    const { value, error } = this.#overview;
    if (value === undefined) {
      return error === undefined
        ? skeleton(12)
        : problem('The overview can not be read.', error, () => void this.#overview.read());
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
      <section aria-labelledby="streams">
        <div class="section-heading"><h2 id="streams">Open streams</h2><span class="badge">${streams.length}</span></div>
        ${
          streams.length === 0
            ? html`<p class="card padded muted">No stream is open. Clients that write over HTTP need none.</p>`
            : streamsTable(streams, Date.now())
        }
      </section>
      <section aria-labelledby="refusals">
        <div class="section-heading"><h2 id="refusals">Last refusals</h2></div>
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
      Running for ${duration(Date.now() - startedAtMs)}
    </span>`;
  }

  #period(): string {
    const { hoveredMs } = this.#cards;
    return hoveredMs === undefined ? 'now' : `at ${time(hoveredMs)}`;
  }

  /** What was chosen, or the least time that holds all samples. */
  get #minutes(): number {
    return this.#chosenMinutes ?? minutes.find((each) => this.#history.spanMs <= each * 60_000) ?? 15;
  }

  #reset(): void {
    const { value } = this.#overview;
    if (value !== undefined) {
      this.#history.reset(value.samples);
    }
    this.#draw();
  }

  #change(changed: (overview: Overview) => Partial<Overview>): void {
    const { value } = this.#overview;
    if (value !== undefined) {
      this.#overview.value = { ...value, ...changed(value) };
      this.#context.update();
    }
  }

  #draw(): void {
    const to = this.#history.last?.atMs ?? Date.now();
    const from = to - this.#minutes * 60_000;
    this.#cards.show(this.#history.since(from), from, to);
    this.#context.update();
  }
}

function isNew({ streamsOpened, recordsAccepted }: Totals): boolean {
  return streamsOpened === 0 && recordsAccepted === 0;
}

function firstSteps(): TemplateResult {
  return empty(
    'Nothing has arrived yet',
    'Create a table, and point a client at this server. What it writes is seen here at once.',
    html`<a class="button primary" href="#/start">Getting started</a>`,
  );
}
