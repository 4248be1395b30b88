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
    <span class="row tail-state">
      <span class=${`dot ${isPaused || tail.isHeld ? 'warning' : 'good'}`}></span>
      <span role="status">${stateText(tail)}</span>
    </span>
    <button type="button" class="button tight" @click=${() => tail.pause(!isPaused)}>${isPaused ? 'Go live' : 'Pause'}</button>
    ${
      (isPaused || tail.isHeld) && tail.waitingRows > 0
        ? html`<button type="button" class="button tight primary" @click=${() => tail.showNewest()}>
            Show ${countOf(tail.waitingRows, 'new row')}
          </button>`
        : nothing
    }
    <span class="spring"></span>
    <form class="row filter" role="search" @submit=${(event: Event) => event.preventDefault()}>
      <label class="unseen" for="filter-column">Column to filter by</label>
      <select
        id="filter-column"
        class="input"
        @change=${(event: Event) => tail.filterBy({ column: textOf(event), contains: filter.contains })}
      >
        ${columns.map((name) => html`<option .value=${name} ?selected=${name === column}>${name}</option>`)}
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
        @input=${(event: Event) => tail.filterBy({ column, contains: textOf(event) })}
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
  const { rowCount, filter, grid } = tail;
  if (rowCount === 0) {
    return filter.contains === ''
      ? empty('No rows yet', 'Rows appear here when they are written to the Delta table.')
      : empty('No such rows', html`No value of <code>${tail.filterColumn}</code> contains “${filter.contains}”.`);
  }
  return html`${grid.render()}
    <p class="row small muted below">
      <span role="status">${endText(tail)}</span>
      ${
        tail.hasOlder && !tail.isFull
          ? html`<button type="button" class="button quiet tight" @click=${() => tail.loadOlder()}>Older rows</button>`
          : nothing
      }
    </p>
    ${chosenValue(grid, () => tail.forgetChoice())}`;
}

function endText({ rowCount, hasOlder, isFull, filter }: RowsTail): string {
  const found = filter.contains === '' ? '' : ' that match';
  const shown = `${countOf(rowCount, 'row')}${found}`;
  if (isFull) {
    return `${shown} are loaded. Use a query for older ones.`;
  }
  return hasOlder ? `${shown} are loaded. Scroll for older ones.` : `${shown}, all there are.`;
}
