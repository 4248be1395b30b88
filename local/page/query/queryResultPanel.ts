import { html, nothing, type TemplateResult } from 'lit-html';
import type { QueryView } from '../../lib/live/api/queryView.ts';
import { choice } from '../parts/choice.ts';
import { chosenValue } from '../parts/chosenValue.ts';
import { copyButton } from '../parts/copyButton.ts';
import { DataGrid } from '../parts/dataGrid.ts';
import { count, countOf, milliseconds } from '../parts/formats.ts';
import { empty } from '../parts/states.ts';
import { barChart } from './barChart.ts';
import { type ChartChoice, chartChoice } from './chartChoice.ts';
import { LineChart } from './lineChart.ts';
import { csvText, jsonText } from './resultText.ts';

/** How a result is shown. */
type Form = ChartChoice['best'];

/** The result of a query, as a table or a chart. */
export class QueryResultPanel {
  readonly #result: QueryView;
  readonly #update: () => void;
  readonly #charts: ChartChoice;
  readonly #grid: DataGrid;
  #lines: LineChart | undefined;
  #form: Form;

  constructor(result: QueryView, update: () => void) {
    this.#result = result;
    this.#update = update;
    this.#charts = chartChoice(result.columns, result.rows);
    this.#form = this.#charts.best;
    this.#grid = new DataGrid({ label: 'Result of the query', update });
    this.#grid.show(result);
  }

  render(): TemplateResult {
    const { rows, columns, isCut, durationMs } = this.#result;
    return html`<section aria-label="Result">
      <div class="section-heading">
        <h2>${countOf(rows.length, 'row')}</h2>
        <span class="small muted">${countOf(columns.length, 'column')} · ${milliseconds(durationMs)}</span>
        ${isCut ? html`<span class="badge warning">These are the first ${count(rows.length)}; there are more.</span>` : nothing}
        <span class="spring"></span>
        ${choice(
          'How the result is shown',
          [
            ['table', 'Table'],
            ['bars', 'Bars'],
            ['lines', 'Lines'],
          ],
          this.#form,
          (form) => this.#choose(form),
        )}
        ${copyButton('The result as CSV', () => csvText(this.#result), 'CSV')}
        ${copyButton('The result as JSON', () => jsonText(this.#result), 'JSON')}
      </div>
      ${this.#unflushed()} ${this.#content()}
    </section>`;
  }

  close(): void {
    this.#grid.close();
    this.#lines?.close();
  }

  #choose(form: Form): void {
    this.#form = form;
    this.#update();
  }

  #unflushed(): unknown {
    return this.#result.unflushed.map(
      ({ fullName, rows }) =>
        html`<p class="note unflushed">
          ${countOf(rows, 'acknowledged row')} of ${fullName} ${rows === 1 ? 'is' : 'are'} not in the Delta table yet, and so
          not in the result.
        </p>`,
    );
  }

  #content(): unknown {
    const { bars, lines, barsProblem, linesProblem } = this.#charts;
    if (this.#form === 'bars') {
      return bars === undefined ? empty('No bars', barsProblem) : barChart(this.#result, bars);
    }
    if (this.#form === 'lines') {
      if (lines === undefined) {
        return empty('No lines', linesProblem);
      }
      this.#lines ??= new LineChart(this.#result, lines);
      return this.#lines.element;
    }
    return html`${this.#grid.render()} ${chosenValue(this.#grid, () => this.#forgetChoice())}`;
  }

  #forgetChoice(): void {
    this.#grid.forgetChoice();
    this.#grid.focus();
    this.#update();
  }
}
