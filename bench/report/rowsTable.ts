import type { Metric, Row } from '../row.ts';
import { markdownTable } from './markdownTable.ts';
import { quantity } from './quantity.ts';

const columns: readonly (readonly [title: string, metric: Metric])[] = [
  ['MB/s', 'mbPerSecond'],
  ['CPU µs/rec', 'cpuMicrosPerRecord'],
  ['peak RSS MB', 'peakRssMb'],
  ['ack p50 ms', 'ackP50Ms'],
  ['ack p99 ms', 'ackP99Ms'],
];

/** The rows as a Markdown table. The last column has the metrics that only some cases have. */
export function rowsTable(rows: readonly Row[]): string {
  const head = ['case', 'subject', 'called by', 'records/s (min – max)', ...columns.map(([title]) => title), 'also'];
  return markdownTable(
    head,
    rows.map((row) => [
      row.case,
      row.subject,
      row.api,
      withRange(row),
      ...columns.map(([, metric]) => quantity(row[metric])),
      also(row),
    ]),
    { leftAligned: [0, 1, 2, head.length - 1] },
  );
}

function withRange({ recordsPerSecond, ranges }: Row): string {
  const range = ranges.recordsPerSecond;
  const median = quantity(recordsPerSecond);
  return range === undefined ? median : `${median} (${quantity(range[0])} – ${quantity(range[1])})`;
}

function also({ case: name, rssGrowthMb, rssDriftMb, rowsVisibleMs, importMs, installedMb, note }: Row): string {
  return [
    name.startsWith('inflight') && rssGrowthMb !== null ? `RSS grew by ${quantity(rssGrowthMb)} MB` : '',
    rssDriftMb === null ? '' : `RSS drifted by ${quantity(rssDriftMb)} MB`,
    rowsVisibleMs === null ? '' : `rows in the table after ${quantity(rowsVisibleMs)} ms`,
    importMs === null ? '' : `import ${quantity(importMs)} ms`,
    installedMb === null || installedMb === 0 ? '' : `${quantity(installedMb)} MB installed`,
    note ?? '',
  ]
    .filter((text) => text !== '')
    .join(', ');
}
