import uPlot from 'uplot';
import { fitPlot } from './fitPlot.ts';
import { clock } from './formats.ts';

/** A line of a {@link Curve}. */
export interface CurveLine {
  /** The custom property of its color. */
  readonly color: '--curve' | '--curve-second';
  readonly isFilled?: boolean;
}

/** How a {@link Curve} is drawn. */
export interface CurveOptions {
  readonly lines: readonly CurveLine[];
  /** Curves of the same group move their cursors together. */
  readonly group: string;
  /** The greatest value of the axis for a greatest value of the data. */
  readonly top: (most: number) => number;
  /** A value on the axis, in a few characters. */
  readonly format: (value: number) => string;
  /** Called with the place in the data that the pointer is at, and `null` when it leaves. */
  readonly onHover: (index: number | null) => void;
}

const HEIGHT = 112;
/** Half the width of a time, without what is free beside the curve. */
const LABEL_MARGIN = 20;
const FONT = '11px system-ui, sans-serif';

/** A curve over time, in a canvas of its own. */
export class Curve {
  /** What templates show. */
  readonly element: HTMLElement = document.createElement('div');
  readonly #plot: uPlot;
  readonly #remove: () => void;
  #range: [number, number] = [0, 1];

  constructor(options: CurveOptions) {
    this.element.className = 'curve';
    this.#plot = new uPlot(this.#optionsOf(options), [[], ...options.lines.map(() => [])], this.element);
    this.#remove = fitPlot(this.#plot, this.element);
  }

  /**
   * Draws other data.
   *
   * @param data the seconds since 1970-01-01, and the values of each line, `null` where there is none
   * @param from the beginning of the axis, in seconds
   * @param to its end
   */
  show(data: uPlot.AlignedData, from: number, to: number): void {
    this.#range = [from, to];
    this.#plot.setData(data);
  }

  /** Moves the cursor of the group to a place in the data, or away. */
  point(index: number | null): void {
    const seconds = index === null ? undefined : this.#plot.data[0][index];
    const left = seconds === undefined ? -10 : this.#plot.valToPos(seconds, 'x');
    this.#plot.setCursor({ left, top: left < 0 ? -10 : 0 }, true);
  }

  close(): void {
    this.#remove();
  }

  #optionsOf({ lines, group, top, format, onHover }: CurveOptions): uPlot.Options {
    const axis: uPlot.Axis = {
      font: FONT,
      stroke: () => color('--muted'),
      ticks: { show: false },
      grid: { stroke: () => color('--line'), width: 1 },
    };
    return {
      width: 320,
      height: HEIGHT,
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: group }, points: { size: 6 } },
      scales: { x: { range: () => this.#range }, y: { range: (_plot, _least, most) => [0, top(most ?? 0)] } },
      axes: [
        { ...axis, size: 28, space: 64, incrs: [...steps], gap: 8, grid: { show: false }, values: timesOf },
        {
          ...axis,
          size: 52,
          gap: 6,
          splits: (plot) => halves(plot.scales['y']?.max ?? 1),
          values: (_plot, all) => all.map(format),
        },
      ],
      series: [{}, ...lines.map(seriesOf)],
      hooks: { setCursor: [({ cursor }) => onHover(cursor.idx ?? null)] },
    };
  }
}

/** Seconds between times on the axis. */
const steps = [5, 10, 15, 30, 60, 120, 180, 300, 600] as const;

/** Times, but those that the edges would cut. */
function timesOf(
  { scales: { x }, bbox }: uPlot,
  seconds: number[],
  _axis: number,
  _space: number,
  step: number,
): string[] {
  const from = x?.min ?? 0;
  const to = x?.max ?? 1;
  const margin = (LABEL_MARGIN * devicePixelRatio * (to - from)) / bbox.width;
  return seconds.map((each) => {
    const isCut = each < from + margin / 2 || each > to - margin;
    return isCut ? '' : clock(each * 1000).slice(0, step < 60 ? undefined : 5);
  });
}

function halves(top: number): number[] {
  return [0, top / 2, top];
}

function seriesOf({ color: name, isFilled }: CurveLine): uPlot.Series {
  const stroke = (): string => color(name);
  return {
    stroke,
    width: 1.5,
    ...(isFilled === true ? { fill: () => `color-mix(in srgb, ${color(name)} 14%, transparent)` } : {}),
    points: { show: true, size: 3, stroke, fill: stroke, filter: lonely },
  };
}

/** Values without neighbors, which no line goes through. */
function lonely({ data }: uPlot, line: number): number[] {
  const values = data[line] ?? [];
  const found: number[] = [];
  for (let index = 0; index < values.length; index++) {
    if (values[index] != null && values[index - 1] == null && values[index + 1] == null) {
      found.push(index);
    }
  }
  return found;
}

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}
