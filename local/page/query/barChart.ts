import { html, type TemplateResult } from 'lit-html';
import type { QueryView } from '../../lib/live/api/queryView.ts';
import { shownValue } from '../parts/shownValue.ts';
import { type Bars, numberOf } from './chartChoice.ts';

/** A bar for each row. It is a table, so that it can be read without seeing the bars. */
export function barChart({ columns, rows }: QueryView, { category, value }: Bars): TemplateResult {
  const numbers = rows.map((row) => numberOf(row[value]));
  const least = numbers.reduce<number>((a, b) => Math.min(a, b ?? 0), 0);
  const most = numbers.reduce<number>((a, b) => Math.max(a, b ?? 0), 0);
  const range = most - least || 1;
  return html`<table class="bars card padded">
    <caption class="unseen">${columns[value]} by ${columns[category]}</caption>
    <thead class="unseen">
      <tr><th scope="col">${columns[category]}</th><th scope="col">${columns[value]}</th></tr>
    </thead>
    <tbody>
      ${rows.map((row, index) => {
        const number = numbers[index] ?? 0;
        const left = ((Math.min(number, 0) - least) / range) * 100;
        const name = shownValue(row[category]);
        return html`<tr>
          <th scope="row" class=${`cut is-${name.kind}`} title=${name.text}><bdi>${name.text}</bdi></th>
          <td class="bar-track"><div class="bar" .style=${`margin-left:${left}%;width:${(Math.abs(number) / range) * 100}%`}></div></td>
          <td class="number mono">${shownValue(row[value]).text}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}
