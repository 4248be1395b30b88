import { markdownTable } from '../../../bench/report/markdownTable.ts';
import { addFindings, type Findings, noFindings } from '../findings.ts';
import { interruptions } from '../kills/interruptedWork.ts';
import type { CampaignKind } from '../plan.ts';

/** Most problems that are reported. */
const MOST_PROBLEMS = 100;

/** The columns of counts: their heads, and the counts. */
const columns: readonly (readonly [string, (findings: Findings) => number])[] = [
  ['runs', ({ runs }) => runs],
  ['faults', ({ faults }) => faults],
  ['sent', ({ sent }) => sent],
  ['acknowledged', ({ acknowledged }) => acknowledged],
  ['in the tables', ({ rows }) => rows],
  ['lost', ({ lost }) => lost],
  ['sent again', ({ resent }) => resent],
  ['doubled', ({ doubled }) => doubled],
  ['more often than sent', ({ surplus }) => surplus],
  ['out of order', ({ disordered }) => disordered],
  ['problems', ({ problems }) => problems.length],
];

/** The report as Markdown: a table with a row for each kind, what was killed when, and all problems. */
export function report(findings: ReadonlyMap<CampaignKind, Findings>): string {
  const total = noFindings();
  for (const each of findings.values()) {
    addFindings(total, each);
  }
  const rows = [...findings, ['all', total] as const].map(([name, each]) => [
    name,
    ...columns.map(([, count]) => grouped(count(each))),
  ]);
  const heads = columns.map(([head]) => head);
  const parts = [markdownTable(['', ...heads], rows, { leftAligned: [0] })];
  if (total.interrupted.size > 0) {
    const interrupted = interruptions.map((each) => [each, grouped(total.interrupted.get(each) ?? 0)]);
    parts.push(markdownTable(['what the kills have interrupted', 'kills'], interrupted, { leftAligned: [0] }));
  }
  if (total.problems.length > 0) {
    parts.push(
      total.problems
        .slice(0, MOST_PROBLEMS)
        .map((problem) => `- ${problem}`)
        .join('\n'),
    );
  }
  return parts.join('\n\n');
}

/** A Markdown table without the blanks that align its columns. */
export function compact(markdown: string): string {
  return markdown.replaceAll(/ {2,}/g, ' ').replaceAll(/-{4,}/g, '---');
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}
