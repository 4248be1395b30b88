import fc from 'fast-check';
import { from, type Observable, VirtualTimeScheduler } from 'rxjs';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { defineTable } from '../../../lib/table/defineTable.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { type ToZerobusOptions, toZerobus } from '../../../operators/toZerobus.ts';
import { CheckingService } from '../../support/checkingService.ts';
import { expectRight } from '../expectRight.ts';
import { described } from './described.ts';
import type { HandedInTarget } from './handedInTarget.ts';
import { pump } from './pump.ts';
import { strangeValue } from './strangeValues.ts';

const TABLE = 'main.iot.readings';

const readings = defineTable(TABLE, (t) => ({
  n: t.int(),
  x: t.variant(),
  s: t.string(),
  l: t.array(t.struct({ value: t.bigint(), self: t.binary() })),
  m: t.map(t.string(), t.double()),
  value: t.timestamp(),
  c: t.decimal(10, 2),
}));

type Sink = (source: Observable<never>, options: ToZerobusOptions) => Observable<unknown>;

/** The ways into a table, by name. */
const sinks: Readonly<Record<string, Sink>> = {
  JSON: (source, options) => source.pipe(toZerobus(TABLE, options)),
  rows: (source, options) => source.pipe(toZerobus(readings, options)),
  messages: (source, options) => source.pipe(toZerobus(TABLE, { ...options, descriptor: readings.descriptor })),
  'made by row': (source, options) =>
    source.pipe(
      throughZerobus(TABLE, {
        ...options,
        row: (value: unknown) => (typeof value === 'function' ? value() : { value }),
      }),
    ),
  'in three streams': (source, options) =>
    source.pipe(toZerobus(TABLE, { ...options, streams: 3, partitionBy: (record) => (record as { n: string }).n })),
};

/** Records of any shape. Each becomes durable or is refused, and the stream ends. */
export const recordsTarget: HandedInTarget = {
  name: 'records',
  property: (onRun) =>
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(sinks)),
      fc.boolean(),
      fc.array(
        fc.oneof(
          { weight: 3, arbitrary: strangeValue },
          { weight: 1, arbitrary: fc.constant((): unknown => ({ n: 1 })) },
        ),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
      async (name, takesRejected, makes) => {
        onRun();
        const values = makes.map((make) => make());
        const clock = new VirtualTimeScheduler();
        const service = new CheckingService({ scheduler: clock, refuses: (record) => !isRow(record) });
        let rejected = 0;
        const options = {
          transport: service,
          scheduler: clock,
          ...(takesRejected ? { rejected: () => void rejected++ } : {}),
        };
        const ends: unknown[] = [];
        const stream = (sinks[name] as Sink)(from(values as never[]), options);
        stream.subscribe({ error: (error) => ends.push({ error }), complete: () => ends.push('complete') });
        const unhandled = await pump(clock, () => ends.length > 0);
        const [end] = ends;
        expectRight(unhandled.length === 0, `${described(unhandled)} is not handled`);
        expectRight(ends.length === 1, 'the stream is stuck');
        expectRight(service.rows.every(isRow), `a row is ${described(service.rows)}`);
        if (end !== 'complete') {
          const { error } = end as { readonly error: unknown };
          expectRight(isZerobusError(error), `the error is ${described(error)}`);
          expectRight(isZerobusError(error) && Array.isArray(error.unacked), 'nothing is handed back');
        } else if (!takesRejected) {
          expectRight(rejected === 0 && service.rows.length <= values.length, 'there are more rows than records');
        }
      },
    ),
};

/** Whether the service takes a record: one JSON object. */
function isRow(record: string): boolean {
  try {
    const row: unknown = JSON.parse(record);
    return typeof row === 'object' && row !== null && !Array.isArray(row);
  } catch {
    return false;
  }
}
