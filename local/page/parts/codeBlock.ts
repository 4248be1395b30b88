import { html, type TemplateResult } from 'lit-html';
import { copyButton } from './copyButton.ts';

/**
 * A text as it is, with a button that copies it.
 *
 * @param what what it is: `The statement`
 * @param isWrapped whether long lines are broken rather than scrolled
 */
export function codeBlock(what: string, code: string, isWrapped = false): TemplateResult {
  return html`<div class="code">
    <pre class=${isWrapped ? 'wrapped' : ''} tabindex="0" role="region" aria-label=${what}><code>${code}</code></pre>
    ${copyButton(what, code)}
  </div>`;
}
