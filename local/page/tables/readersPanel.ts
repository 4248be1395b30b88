import { html, type TemplateResult } from 'lit-html';
import type { TableDetail } from '../../lib/live/api/tableView.ts';
import { codeBlock } from '../parts/codeBlock.ts';

/** Where a table is, and how other programs read it. */
export function readersPanel({ path, readers }: TableDetail): TemplateResult {
  return html`<section>
      <div class="section-heading"><h2>Folder</h2></div>
      ${codeBlock('The path', path, true)}
    </section>
    ${readers.map(
      ({ reader, code }) => html`<section>
        <div class="section-heading"><h2>${reader}</h2></div>
        ${codeBlock(`The code for ${reader}`, code)}
      </section>`,
    )}`;
}
