import { html, type TemplateResult } from 'lit-html';
import type { Sample } from '../../lib/live/api/overview.ts';
import { binaryTop, decimalTop } from '../parts/axisTop.ts';
import { Curve, type CurveLine } from '../parts/curve.ts';
import { bytes, compactCount, count, milliseconds } from '../parts/formats.ts';
import type { HistoryPoint } from './history.ts';

/** A value over time. */
interface Line extends CurveLine {
  /** Its name beside others of the same card. */
  readonly name?: string;
  readonly value: (sample: Sample) => number | null;
  /** Adds up the values of the last milliseconds. For what happens now and then. */
  readonly overMs?: number;
}

interface CardKind {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly top: (most: number) => number;
  readonly format: (value: number) => string;
  readonly axis: (value: number) => string;
}

const counts = { format: count, axis: compactCount, top: (most: number) => decimalTop(most, 10) };
const first = { color: '--curve', isFilled: true } as const;

const kinds: readonly CardKind[] = [
  { title: 'Records per second', lines: [{ ...first, value: ({ records }) => records }], ...counts },
  {
    title: 'Bytes per second',
    lines: [{ ...first, value: (sample) => sample.bytes }],
    format: bytes,
    axis: bytes,
    top: (most) => binaryTop(most, 1024),
  },
  {
    title: 'Ack latency',
    lines: [
      { color: '--curve', name: 'p50', value: ({ ackP50Ms }) => ackP50Ms },
      { color: '--curve-second', name: 'p99', value: ({ ackP99Ms }) => ackP99Ms },
    ],
    format: milliseconds,
    axis: milliseconds,
    top: (most) => decimalTop(most, 1),
  },
  { title: 'Records in flight', lines: [{ ...first, value: ({ inFlightRecords }) => inFlightRecords }], ...counts },
  { title: 'Unflushed rows', lines: [{ ...first, value: ({ unflushedRows }) => unflushedRows }], ...counts },
  {
    title: 'Commits in 10 seconds',
    lines: [{ ...first, value: ({ commits }) => commits, overMs: 10_000 }],
    ...counts,
    top: (most) => decimalTop(most, 2),
  },
];

/** The curves of the overview, each with its value now, or where the pointer is. */
export class CurveCards {
  readonly #curves: readonly Curve[];
  #points: readonly HistoryPoint[] = [];
  /** The values of each line of each card. */
  #values: readonly (readonly (readonly (number | null)[])[])[] = kinds.map(({ lines }) => lines.map(() => []));
  #hovered: number | null = null;

  constructor(update: () => void) {
    const onHover = (index: number | null): void => {
      if (index !== this.#hovered) {
        this.#hovered = index;
        update();
      }
    };
    this.#curves = kinds.map(({ lines, top, axis }) => {
      const format = (value: number): string => (value === 0 ? '0' : axis(value).replace('.0 ', ' '));
      return new Curve({ lines, group: 'overview', top, format, onHover });
    });
  }

  /** The time that the pointer is at, in milliseconds since 1970-01-01. */
  get hoveredMs(): number | undefined {
    return this.#hovered === null ? undefined : this.#points[this.#hovered]?.atMs;
  }

  /** Draws the samples between two times. */
  show(points: readonly HistoryPoint[], fromMs: number, toMs: number): void {
    this.#points = points;
    this.#values = kinds.map(({ lines }) => lines.map((line) => valuesOf(line, points)));
    const seconds = points.map(({ atMs }) => atMs / 1000);
    for (const [index, curve] of this.#curves.entries()) {
      const values = (this.#values[index] ?? []).map((each) => [...each]);
      curve.show([seconds, ...values], fromMs / 1000, toMs / 1000);
    }
  }

  render(): TemplateResult {
    return html`<div
      class="curve-cards"
      role="group"
      aria-label="Curves. The arrow keys go through the time."
      tabindex="0"
      @keydown=${(event: KeyboardEvent) => this.#press(event)}
      @blur=${() => this.#curves[0]?.point(null)}
    >
      ${kinds.map((kind, index) => this.#card(kind, index))}
    </div>`;
  }

  close(): void {
    for (const curve of this.#curves) {
      curve.close();
    }
  }

  /** The arrow keys go to the sample before and after, by ten with Shift. */
  #press(event: KeyboardEvent): void {
    const last = this.#points.length - 1;
    const step = event.shiftKey ? 10 : 1;
    const goals = new Map([
      ['ArrowLeft', Math.max(0, (this.#hovered ?? last) - step)],
      ['ArrowRight', Math.min(last, (this.#hovered ?? last) + step)],
      ['Home', 0],
      ['End', last],
      ['Escape', null],
    ]);
    const goal = goals.get(event.key);
    if (goal !== undefined && last >= 0) {
      event.preventDefault();
      this.#curves[0]?.point(goal);
    }
  }

  #card({ title, lines, format }: CardKind, card: number): TemplateResult {
    const all = this.#values[card] ?? [];
    const words = (value: number | null | undefined): string => (value == null ? '–' : format(value));
    const place = this.#hovered ?? this.#points.length - 1;
    const values = lines.map(({ name, color }, line) => ({ name, color, value: words(all[line]?.[place]) }));
    const most = words(mostOf(all));
    const summary = values.map(({ name = '', value }) => `${name} ${value}`.trim()).join(', ');
    return html`<figure class="card curve-card">
      <figcaption>
        <h3>${title}</h3>
        <span class="peak">peak ${most}</span>
      </figcaption>
      <p class="now">
        ${values.map(
          ({ name, color, value }) =>
            html`<span class="now-value">
              ${name === undefined ? '' : html`<span class=${color === '--curve' ? 'key first' : 'key second'}>${name}</span>`}
              <span>${value}</span>
            </span>`,
        )}
      </p>
      <div role="img" aria-label=${`${title}: ${this.#hovered === null ? 'now' : 'then'} ${summary}, at most ${most} in the time shown.`}>
        ${this.#curves[card]?.element}
      </div>
    </figure>`;
  }
}

function valuesOf({ value, overMs }: Line, points: readonly HistoryPoint[]): readonly (number | null)[] {
  const values = points.map(({ sample }) => (sample === undefined ? null : value(sample)));
  return overMs === undefined ? values : values.map((_value, index) => sumOver(values, points, index, overMs));
}

/** The sum of the values before a place, up to a gap. */
function sumOver(
  values: readonly (number | null)[],
  points: readonly HistoryPoint[],
  end: number,
  overMs: number,
): number | null {
  const after = (points[end]?.atMs ?? 0) - overMs;
  let sum: number | null = null;
  for (let index = end; index >= 0; index--) {
    const value = values[index] ?? null;
    if (value === null || (points[index]?.atMs ?? 0) <= after) {
      break;
    }
    sum = (sum ?? 0) + value;
  }
  return sum;
}

function mostOf(lines: readonly (readonly (number | null)[])[]): number | null {
  let most: number | null = null;
  for (const values of lines) {
    for (const value of values) {
      most = value !== null && value > (most ?? -1) ? value : most;
    }
  }
  return most;
}
