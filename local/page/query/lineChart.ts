import uPlot from 'uplot';
import type { QueryView } from '../../lib/live/api/queryView.ts';
import { fitPlot } from '../parts/fitPlot.ts';
import { type Lines, numberOf, timeOf } from './chartChoice.ts';

const HEIGHT_PX = 340;
/** That of the card, on both sides. */
const PADDING_PX = 24;
/** Of more points than these, only the line is seen. */
const MOST_DOTS = 60;

/** Lines over times or numbers. */
export class LineChart {
  /** What templates show. */
  readonly element: HTMLElement = document.createElement('div');
  readonly #plot: uPlot;
  readonly #remove: () => void;

  constructor(result: QueryView, lines: Lines) {
    const [x = '', ...names] = [lines.x, ...lines.values].map((column) => result.columns[column] ?? '');
    this.element.className = 'card line-chart';
    this.element.setAttribute('role', 'img');
    this.element.setAttribute('aria-label', `Lines: ${names.join(', ')} by ${x}. The table has the same values.`);
    const data = dataOf(result, lines);
    this.#plot = new uPlot(this.#options(x, names, lines.isTime, data[0].length), data, this.element);
    this.#remove = fitPlot(this.#plot, this.element, PADDING_PX);
  }

  close(): void {
    this.#remove();
  }

  #options(x: string, names: readonly string[], isTime: boolean, points: number): uPlot.Options {
    const axis: uPlot.Axis = {
      font: '12px system-ui, sans-serif',
      stroke: () => this.#color('--muted'),
      grid: { stroke: () => this.#color('--line'), width: 1 },
      ticks: { show: false },
    };
    return {
      width: 640,
      height: HEIGHT_PX,
      scales: { x: { time: isTime } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      cursor: { drag: { x: true, y: false } },
      legend: { markers: { width: 0, fill: (_plot, index) => `var(--series-${index})` } },
      axes: [
        { ...axis, space: 88, ...(isTime ? { values: [...timeFormats] } : {}) },
        { ...axis, size: 64 },
      ],
      series: [
        { label: x, ...(isTime ? { value: '{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}' } : {}) },
        ...names.map((label, index) => ({
          label,
          stroke: () => this.#color(`--series-${index + 1}`),
          width: 1.5,
          points: { show: points <= MOST_DOTS, size: 5, fill: () => this.#color(`--series-${index + 1}`) },
        })),
      ],
    };
  }

  /** A canvas does not know custom properties, and not which of two colors is that of the theme. */
  #color(name: string): string {
    this.element.style.color = `var(${name})`;
    const { color } = getComputedStyle(this.element);
    this.element.style.color = '';
    return color;
  }
}

/** Times on the axis, in 24 hours: the least distance in seconds, the format, and what is added at a new day. */
const timeFormats = [
  [86_400 * 28, '{YYYY}-{MM}', null, null, null, null, null, null, 1],
  [86_400, '{YYYY}-{MM}-{DD}', null, null, null, null, null, null, 1],
  [60, '{HH}:{mm}', null, null, '\n{YYYY}-{MM}-{DD}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', null, null, '\n{YYYY}-{MM}-{DD}', null, null, null, 1],
] as const satisfies uPlot.Axis.Values;

/** The values by their place on the axis, in its order. */
function dataOf({ rows }: QueryView, { x, isTime, values }: Lines): [number[], ...(number | null)[][]] {
  const placeOf = isTime ? timeOf : numberOf;
  const points: { readonly place: number; readonly row: readonly unknown[] }[] = [];
  for (const row of rows) {
    const place = placeOf(row[x]);
    if (place !== null) {
      points.push({ place, row });
    }
  }
  points.sort((one, other) => one.place - other.place);
  return [points.map(({ place }) => place), ...values.map((column) => points.map(({ row }) => numberOf(row[column])))];
}
