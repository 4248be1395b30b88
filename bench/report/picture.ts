import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type Subject, subjects } from '../job.ts';
import type { Metric, Row } from '../row.ts';
import { quantity } from './quantity.ts';

use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** The cases that measure speed. For each subject, the fastest way to call it is drawn. */
const drawn = [
  'json-object-60B',
  'json-string-60B',
  'json-object-1KB',
  'json-string-1KB',
  'flights-json',
  'proto-60B',
  'single-await',
  'pipelined',
  'end-to-end',
  'end-to-end-1KB',
];

const names: Readonly<Record<Subject, string>> = {
  ours: 'rxjs-zerobus',
  official: 'official native SDK',
  floor: 'floor: ready frames through node:http2',
};
const colors: Readonly<Record<Subject, string>> = { ours: '#b7178c', official: '#1f6fb2', floor: '#b8b8b8' };

const WIDTH = 960;
const TOP = 90;
const CASE_HEIGHT = 62;

/** Draws records per second and CPU per record of the cases that were run, as SVG. Both scales are logarithmic. */
export function picture(rows: readonly Row[], machine: string): string {
  const cases = drawn.filter((name) => rows.some((row) => row.case === name));
  const height = TOP + Math.max(1, cases.length) * CASE_HEIGHT + 30;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  const panels: readonly (readonly [title: string, metric: Metric, unit: string])[] = [
    ['records per second (more is better)', 'recordsPerSecond', ''],
    ['CPU µs per record (less is better)', 'cpuMicrosPerRecord', ' µs'],
  ];
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'sans-serif' },
    title: [
      { text: machine, left: 10, top: 6, textStyle: { fontSize: 12, fontWeight: 'normal', color: '#444444' } },
      { text: panels[0]?.[0], left: 130, top: 58, textStyle: { fontSize: 12 } },
      { text: panels[1]?.[0], left: 590, top: 58, textStyle: { fontSize: 12 } },
    ],
    legend: { data: subjects.map((subject) => names[subject]), left: 10, top: 28, itemGap: 40 },
    grid: [
      { left: 130, width: 400, top: TOP, bottom: 30 },
      { left: 590, width: 310, top: TOP, bottom: 30 },
    ],
    xAxis: panels.map(([, metric], gridIndex) => {
      const floor = decadeBelow(rows, metric);
      return { gridIndex, type: 'log', min: floor, startValue: floor, axisLabel: { formatter: decade } };
    }),
    yAxis: panels.map((_, gridIndex) => ({
      gridIndex,
      type: 'category',
      inverse: true,
      data: cases,
      axisLabel: { show: gridIndex === 0 },
    })),
    series: panels.flatMap(([, metric, unit], index) =>
      subjects.map((subject) => ({
        type: 'bar',
        name: names[subject],
        xAxisIndex: index,
        yAxisIndex: index,
        itemStyle: { color: colors[subject] },
        label: {
          show: true,
          position: 'right',
          fontSize: 10,
          formatter: ({ value }: { value: unknown }) => (typeof value === 'number' ? quantity(value) + unit : ''),
        },
        data: cases.map((name) => fastest(rows, name, subject)?.[metric] ?? null),
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

/** The start of a logarithmic axis, which has no zero. */
function decadeBelow(rows: readonly Row[], metric: Metric): number {
  const values = rows.filter((row) => drawn.includes(row.case)).map((row) => row[metric]);
  const least = Math.min(...(values.filter((value) => value !== null && value > 0) as number[]));
  return Number.isFinite(least) ? 10 ** Math.floor(Math.log10(least)) : 1;
}

function decade(value: number): string {
  if (value >= 1e6) {
    return `${value / 1e6} M`;
  }
  return value >= 1e3 ? `${value / 1e3} k` : String(value);
}

function fastest(rows: readonly Row[], name: string, subject: Subject): Row | undefined {
  return rows
    .filter((row) => row.case === name && row.subject === subject)
    .sort((left, right) => (right.recordsPerSecond ?? 0) - (left.recordsPerSecond ?? 0))[0];
}
