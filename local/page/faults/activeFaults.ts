import { html, type TemplateResult } from 'lit-html';
import type { ActiveFault } from '../../lib/live/api/faultView.ts';
import { copyButton } from '../parts/copyButton.ts';
import { count, duration } from '../parts/formats.ts';
import { serverNow } from '../serverTime.ts';

/**
 * The faults in force.
 *
 * @param clear clears the fault of an id, or all faults
 */
export function activeFaults(active: readonly ActiveFault[], clear: (id?: number) => void): TemplateResult {
  return html`<section>
    <div class="section-heading">
      <h2 id="in-force" tabindex="-1">In force</h2>
      <span class="spring"></span>
      ${
        active.length === 0
          ? ''
          : html`<button type="button" class="button tight" @click=${() => clear()}>Clear all</button>`
      }
    </div>
    ${
      active.length === 0
        ? html`<p class="card padded muted">No fault is in force. The server behaves.</p>`
        : html`<div class="table-scroll">
            <table class="table stacked active-faults">
              <caption class="unseen">Faults in force</caption>
              <thead>
                <tr>
                  <th scope="col">Call</th>
                  <th scope="col" class="number">Remaining</th>
                  <th scope="col" class="number">Age</th>
                  <th scope="col"><span class="unseen">Clear</span></th>
                </tr>
              </thead>
              <tbody>${active.map((fault) => activeRow(fault, clear))}</tbody>
            </table>
          </div>`
    }
  </section>`;
}

function activeRow({ id, code, remaining, sinceMs }: ActiveFault, clear: (id: number) => void): TemplateResult {
  return html`<tr>
    <td data-label="Call"><span class="row call"><code class="wrap">${code}</code>${copyButton('The call', code)}</span></td>
    <td class="number" data-label="Remaining">${remaining === undefined ? 'no limit' : count(remaining)}</td>
    <td class="number" data-label="Age">${duration(serverNow() - sinceMs)}</td>
    <td class="number"><button type="button" class="button tight" aria-label=${`Clear ${code}`} @click=${() => clear(id)}>Clear</button></td>
  </tr>`;
}
