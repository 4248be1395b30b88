import { markdownTable } from './markdownTable.ts';
import { quantity } from './quantity.ts';
import { isMet, type Ratio } from './ratios.ts';

/** The targets as a Markdown table. */
export function ratiosTable(ratios: readonly Ratio[]): string {
  return markdownTable(
    ['target', 'measured', 'wanted', 'met'],
    ratios.map((ratio) => {
      const met = isMet(ratio);
      const bound = ratio.bound === 'least' ? '≥' : '≤';
      return [
        ratio.what,
        ratio.value === null ? '–' : `${quantity(ratio.value)} ${ratio.unit}`,
        `${bound} ${quantity(ratio.target)} ${ratio.unit}`,
        met === undefined ? 'not measured' : met ? 'yes' : 'no',
      ];
    }),
    { leftAligned: [0, 3] },
  );
}
