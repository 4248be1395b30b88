import { html, nothing, type TemplateResult } from 'lit-html';
import { chosenValue } from '../parts/chosenValue.ts';
import { countOf } from '../parts/formats.ts';
import { icons } from '../parts/icons.ts';
import { empty, problem, skeleton } from '../parts/states.ts';
import type { RowsTail } from './rowsTail.ts';

/** The rows of a table, newest first, as they come. */
export function rowsPanel(tail: RowsTail): TemplateResult {
  return html`${toolbar(tail)}
    ${tail.problem === undefined ? nothing : problem('The rows could not be read.', tail.problem, () => tail.showNewest())}
    ${tail.isLoaded ? rows(tail) : tail.problem === undefined ? skeleton(8) : nothing}`;
}

function toolbar(tail: RowsTail): TemplateResult {
  const { filter, filterColumn: column, isPaused, columns } = tail;
  const textOf = (event: Event): string => (event.target as HTMLInputElement).value;
  return html`<div class="row toolbar">
    <button type="button" class="button tight pause" @click=${() => tail.pause(!isPaused)}>${isPaused ? 'Go live' : 'Pause'}</button>
    <span class="row tail-state">
      <span class=${`dot ${isPaused || tail.isHeld ? 'warning' : 'good'}`}></span>
      <span role="status">${stateText(tail)}</span>
    </span>
    <span class="spring"></span>
    <form class="row filter" role="search" @submit=${(event: Event) => event.preventDefault()}>
      <label class="unseen" for="filter-column">Column to filter by</label>
      <select
        id="filter-column"
        class="input"
        @change=${(event: Event) => tail.filterBy({ column: textOf(event) })}
      >
        ${columns.map((name) => html`<option .value=${name} .selected=${name === column}>${name}</option>`)}
      </select>
      <label class="unseen" for="filter-text">Text that its values contain</label>
      <span class="search">${icons.search}<input
        id="filter-text"
        class="input"
        type="search"
        autocomplete="off"
        spellcheck="false"
        placeholder="contains…"
        .value=${filter.contains}
        @input=${(event: Event) => tail.filterBy({ column: tail.filterColumn, contains: textOf(event) })}
      /></span>
    </form>
  </div>`;
}

function stateText(tail: RowsTail): string {
  if (tail.isPaused) {
    return 'Paused';
  }
  return tail.isHeld ? 'Held while you look' : 'Live';
}

function rows(tail: RowsTail): TemplateResult {
  const { rowCount, filter, grid, waitingRows } = tail;
  const words = filter.contains === '' ? noRows(tail) : noSuchRows(tail);
  const isWaiting = (tail.isPaused || tail.isHeld) && waitingRows > 0;
  return html`<div class="grid-frame">
      ${
        isWaiting
          ? html`<button type="button" class="button tight primary waiting-rows" @click=${() => showWaiting(tail)}>
              Show ${countOf(waitingRows, 'new row')}
            </button>`
          : nothing
      }
      ${rowCount === 0 ? words : grid.render()}
    </div>
    ${rowCount === 0 ? nothing : end(tail)}`;
}

/** The button goes, so the rows take the focus. */
function showWaiting(tail: RowsTail): void {
  tail.showNewest();
  tail.grid.focus();
}

function noRows({ unflushedRows }: RowsTail): TemplateResult {
  const state = unflushedRows === 0 ? '' : ` ${countOf(unflushedRows, 'row')} arrived, and will be soon.`;
  return empty('No rows yet', `Rows appear here when they are written to the Delta table.${state}`);
}

function noSuchRows({ filterColumn, filter }: RowsTail): TemplateResult {
  return empty('No such rows', html`No value of <code>${filterColumn}</code> contains “${filter.contains}”.`);
}

function end(tail: RowsTail): TemplateResult {
  return html`<p class="row small muted below">
      <span role="status">${endText(tail)}</span>
      ${
        tail.hasOlder && !tail.isFull
          ? html`<button type="button" class="button quiet tight" @click=${() => tail.loadOlder()}>Older rows</button>`
          : nothing
      }
    </p>
    ${chosenValue(tail.grid, () => tail.forgetChoice())}`;
}

function endText({ rowCount, hasOlder, isFull, filter }: RowsTail): string {
  const found = filter.contains === '' ? '' : ' that match';
  const shown = `${countOf(rowCount, 'row')}${found}`;
  if (isFull) {
    return `${shown} are loaded. Use a query for older ones.`;
  }
  return hasOlder ? `${shown} are loaded. Scroll for older ones.` : `${shown}, all there are.`;
}
