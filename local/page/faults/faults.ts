import { html, nothing, type TemplateResult } from 'lit-html';
import type { FaultKind, FaultsView } from '../../lib/live/api/faultView.ts';
import type { TableSummary } from '../../lib/live/api/tableView.ts';
import { everySecond } from '../parts/everySecond.ts';
import { icons } from '../parts/icons.ts';
import { Resource } from '../parts/resource.ts';
import { problem, skeleton } from '../parts/states.ts';
import { remove } from '../request.ts';
import type { View, ViewContext, ViewKind } from '../view.ts';
import { activeFaults } from './activeFaults.ts';
import { FaultForm } from './faultForm.ts';

/** Makes the server misbehave, as `zerobus.faults` does. */
export const faults: ViewKind = {
  name: 'faults',
  title: 'Faults',
  icon: icons.faults,
  open: (context: ViewContext) => new FaultsPage(context),
};

const groups: readonly (readonly [concerns: FaultKind['concerns'], title: string])[] = [
  ['streams', 'Streams'],
  ['acks', 'Acks'],
  ['connections', 'Connections'],
  ['tokens', 'Tokens'],
];

class FaultsPage implements View {
  readonly #update: () => void;
  readonly #faults: Resource<FaultsView>;
  readonly #tables: Resource<readonly TableSummary[]>;
  readonly #ends: readonly (() => void)[];
  #forms: readonly FaultForm[] = [];
  #problem: Error | undefined;

  constructor({ feed, update }: ViewContext) {
    this.#update = update;
    this.#faults = new Resource('faults', () => this.#onFaults());
    this.#tables = new Resource('tables', update);
    this.#ends = [
      feed.on('faults', (active) => {
        if (this.#faults.value !== undefined) {
          this.#faults.value = { ...this.#faults.value, active };
          update();
        }
      }),
      feed.on('tables', (tables) => {
        this.#tables.value = tables;
        update();
      }),
      feed.onReturn(() => this.#read()),
      everySecond(update),
      () => this.#faults.close(),
      () => this.#tables.close(),
    ];
    this.#read();
  }

  render(): TemplateResult {
    const { value: view, error } = this.#faults;
    return html`<div class="heading"><h1 tabindex="-1">Faults</h1></div>
      <p class="lead">
        They test clients, and never touch the rows: what is stored stays right. Each one is also a call of
        <code>zerobus.faults</code>.
      </p>
      ${error === undefined ? nothing : problem('The faults could not be read.', error, () => this.#read())}
      ${this.#problem === undefined ? nothing : problem('The fault was not cleared.', this.#problem)}
      ${view === undefined ? (error === undefined ? skeleton(6) : nothing) : this.#content(view)}`;
  }

  close(): void {
    for (const end of this.#ends) {
      end();
    }
  }

  #content({ active }: FaultsView): TemplateResult {
    const tables = (this.#tables.value ?? []).map(({ fullName }) => fullName);
    return html`${activeFaults(active, (id) => void this.#clear(id))}
    ${groups.map(([concerns, title]) => {
      const forms = this.#forms.filter(({ kind }) => kind.concerns === concerns);
      return forms.length === 0
        ? nothing
        : html`<section>
            <div class="section-heading"><h2>${title}</h2></div>
            <div class="fault-grid">${forms.map((form) => form.render(tables, active.filter(({ kind }) => kind === form.kind.kind).length))}</div>
          </section>`;
    })}`;
  }

  #read(): void {
    void this.#faults.read();
    void this.#tables.read();
  }

  #onFaults(): void {
    if (this.#forms.length === 0) {
      this.#forms = (this.#faults.value?.kinds ?? []).map((kind) => new FaultForm(kind, this.#update));
    }
    this.#update();
  }

  /** The button goes with its fault, so the heading takes the focus. */
  async #clear(id?: number): Promise<void> {
    try {
      await remove(id === undefined ? 'faults' : `faults/${id}`);
      this.#problem = undefined;
      document.getElementById('in-force')?.focus();
    } catch (error) {
      this.#problem = error as Error;
    }
    this.#update();
  }
}
