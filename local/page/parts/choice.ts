import { html, type TemplateResult } from 'lit-html';

/**
 * Buttons, one of which is pressed.
 *
 * @param label what is chosen, for a screen reader
 * @param all the words of each choice by its value
 */
export function choice<T extends string | number>(
  label: string,
  all: readonly (readonly [value: T, words: string])[],
  chosen: T,
  choose: (value: T) => void,
): TemplateResult {
  return html`<div class="choice" role="group" aria-label=${label}>
    ${all.map(
      ([value, words]) =>
        html`<button type="button" aria-pressed=${value === chosen ? 'true' : 'false'} @click=${() => choose(value)}>
          ${words}
        </button>`,
    )}
  </div>`;
}
