import { html, nothing, type TemplateResult } from 'lit-html';
import { copyButton } from './copyButton.ts';
import type { DataGrid } from './dataGrid.ts';
import { count, countOf } from './formats.ts';
import { wholeValue } from './shownValue.ts';

const MOST_CHARACTERS = 100_000;

/** All of the value that is chosen in a grid. */
export function chosenValue(grid: DataGrid, onClose: () => void): TemplateResult | typeof nothing {
  const { chosen } = grid;
  if (chosen === undefined) {
    return nothing;
  }
  const text = wholeValue(chosen.value);
  const isCut = text.length > MOST_CHARACTERS;
  return html`<section class="card chosen-value" aria-label="The chosen value">
    <div class="row">
      <h2 class="cut"><bdi>${chosen.column}</bdi></h2>
      <span class="small muted">${kindText(chosen.value, text)}</span>
      <span class="spring"></span>
      ${copyButton('The value', text)}
      <button type="button" class="button quiet tight" @click=${onClose}>Close</button>
    </div>
    <pre class=${chosen.value === null ? 'muted' : ''} tabindex="0" dir="auto">${isCut ? text.slice(0, MOST_CHARACTERS) : text}</pre>
    ${isCut ? html`<p class="small muted">These are the first ${count(MOST_CHARACTERS)} characters. Copying takes all.</p>` : nothing}
  </section>`;
}

function kindText(value: unknown, text: string): string {
  if (value === null) {
    return 'no value';
  }
  return typeof value === 'string' ? countOf(text.length, 'character') : '';
}
