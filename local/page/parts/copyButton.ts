import { html, type TemplateResult } from 'lit-html';
import { copyText } from './copyText.ts';
import { icons } from './icons.ts';

/**
 * A button that copies a text.
 *
 * @param what what is copied: `The path`
 * @param text the text, or a function that makes it when the button is pressed
 * @param words what the button says. Without words it is a picture
 */
export function copyButton(what: string, text: string | (() => string), words?: string): TemplateResult {
  const copy = ({ currentTarget }: Event): void => {
    void copyText(typeof text === 'string' ? text : text(), what, currentTarget as HTMLElement);
  };
  const label = `Copy ${what.charAt(0).toLowerCase()}${what.slice(1)}`;
  return words === undefined
    ? html`<button type="button" class="button quiet square tight copy" aria-label=${label} title=${label} @click=${copy}>
        ${icons.copy}${icons.done}
      </button>`
    : html`<button type="button" class="button tight copy" @click=${copy}>${icons.copy}${icons.done}${words}</button>`;
}

/** An address in short, which is copied if it is pressed. */
export function copyAddress(label: string, address: string): TemplateResult {
  const copy = ({ currentTarget }: Event): void => {
    void copyText(address, label, currentTarget as HTMLElement);
  };
  return html`<button type="button" class="address copy" title=${`Copy ${address}`} @click=${copy}>
    <span class="label">${label}</span><span class="mono">${address}</span>${icons.copy}${icons.done}
  </button>`;
}
