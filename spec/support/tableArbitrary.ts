import fc from 'fast-check';
import type { Column } from '../../lib/table/column.ts';
import * as columns from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import type { Columns } from '../../lib/table/rowOf.ts';
import type { TableDefinition } from '../../lib/table/tableDefinition.ts';

/** A value in a row, and the same value in a message of protobufjs. */
export interface Sample {
  readonly input: unknown;
  readonly message: unknown;
}

/** A column and its possible values. */
interface SampledColumn {
  readonly column: Column<unknown, boolean, 'key' | 'value' | 'collection'>;
  readonly samples: fc.Arbitrary<Sample>;
}

type KeyColumn = Column<unknown, boolean, 'key'>;
type ContentColumn = Column<unknown, boolean, 'key' | 'value'>;

/** A table of random columns and some of its rows. */
export interface SampledTable {
  readonly definition: TableDefinition<unknown>;
  readonly rows: readonly Sample[];
}

const same = (input: unknown): Sample => ({ input, message: input });
/** protobufjs reads and writes 64-bit integers as text. */
const long = (input: number | bigint): Sample => ({ input, message: String(input) });

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  fc
    .tuple(fc.constantFrom(39, 40, 41, 42, 43, 126, 127, 128, 16_383, 16_384, 16_385), fc.constantFrom('x', 'é', '€'))
    .map(([length, character]) => character.repeat(length)),
);

const microseconds = fc.oneof(
  fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
    .map((date): Sample => ({ input: date, message: String(BigInt(date.getTime()) * 1000n) })),
  fc.maxSafeInteger().map(long),
  fc.bigInt(-62_135_596_800_000_000n, 253_402_300_799_999_999n).map(long),
);

const json = fc.jsonValue().filter((value) => value !== null && !Object.is(value, -0));

const scalars: fc.Arbitrary<SampledColumn> = fc.oneof(
  ...[
    { column: columns.tinyint(), samples: fc.integer({ min: -128, max: 127 }).map(same) },
    { column: columns.smallint(), samples: fc.integer({ min: -32_768, max: 32_767 }).map(same) },
    { column: columns.int(), samples: fc.integer().map(same) },
    {
      column: columns.bigint(),
      samples: fc.oneof(fc.maxSafeInteger().map(long), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(long)),
    },
    { column: columns.float(), samples: fc.float({ noNaN: true }).map(same) },
    { column: columns.double(), samples: fc.double({ noNaN: true }).map(same) },
    { column: columns.string(), samples: text.map(same) },
    { column: columns.varchar(17_000), samples: text.map(same) },
    { column: columns.boolean(), samples: fc.boolean().map(same) },
    { column: columns.binary(), samples: fc.uint8Array({ maxLength: 300 }).map(same) },
    {
      column: columns.date(),
      samples: fc
        .integer({ min: -719_162, max: 2_932_896 })
        .chain((days) =>
          fc
            .nat(86_399_999)
            .map((ms) => ({ input: ms % 2 === 0 ? days : new Date(days * 86_400_000 + ms), message: days })),
        ),
    },
    { column: columns.timestamp(), samples: microseconds },
    { column: columns.timestampNtz(), samples: microseconds },
    { column: columns.decimal(20, 5), samples: fc.stringMatching(/^-?\d{1,15}(\.\d{1,5}0{0,3})?$/).map(same) },
    { column: columns.variant(), samples: json.map((value) => ({ input: value, message: JSON.stringify(value) })) },
  ].map((each) => fc.constant(each as SampledColumn)),
);

const keys = fc.oneof(
  fc.constant({ column: columns.string(), samples: fc.string({ unit: 'binary', maxLength: 20 }).map(same) }),
  fc.constant({ column: columns.bigint(), samples: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(long) }),
  fc.constant({ column: columns.int(), samples: fc.integer().map(same) }),
  fc.constant({ column: columns.boolean(), samples: fc.boolean().map(same) }),
);

/** Names in every style, keywords included. */
export const columnName: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
  fc.constantFrom('message', 'optional', 'group', 'string', 'map', 'option', 'a_b', 'aB', 'A'),
);

function array(element: SampledColumn): SampledColumn {
  return {
    column: columns.array(element.column as ContentColumn),
    samples: fc.array(element.samples, { maxLength: 4 }).map((samples) => ({
      input: samples.map(({ input }) => input),
      message: samples.length === 0 ? undefined : samples.map(({ message }) => message),
    })),
  };
}

function map(key: SampledColumn, value: SampledColumn): SampledColumn {
  const entries = fc.uniqueArray(fc.tuple(key.samples, value.samples), {
    maxLength: 4,
    selector: ([{ message }]) => String(message),
  });
  return {
    column: columns.map(key.column as KeyColumn, value.column as ContentColumn),
    samples: fc.tuple(entries, fc.boolean()).map(([pairs, isMap]) => {
      // In the order of an object's keys, in which protobufjs writes them.
      const message = asObject(pairs.map(([{ message: k }, { message: v }]) => [String(k), v]));
      const order = Object.keys(message);
      const sorted = [...pairs].sort(([a], [b]) => order.indexOf(String(a.message)) - order.indexOf(String(b.message)));
      const input = isMap
        ? new Map(sorted.map(([k, v]) => [k.input, v.input]))
        : asObject(sorted.map(([k, v]) => [String(k.input), v.input]));
      return { input, message: pairs.length === 0 ? undefined : message };
    }),
  };
}

/** Defines every key, even `__proto__`. */
function asObject(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries);
}

function struct(fields: readonly (readonly [string, SampledColumn])[]): SampledColumn {
  return {
    column: columns.struct(asObject(fields.map(([name, { column }]) => [name, column])) as Columns),
    samples: rowsOf(fields),
  };
}

/** Returns objects with these fields. Nullable fields may be missing, null or undefined. */
function rowsOf(fields: readonly (readonly [string, SampledColumn])[]): fc.Arbitrary<Sample> {
  const missing = fc.constantFrom('missing', null, undefined).map((input): Sample => ({ input, message: undefined }));
  const samples = fields.map(([, { column, samples: each }]) =>
    column.isNullable ? fc.oneof({ weight: 3, arbitrary: each }, { weight: 1, arbitrary: missing }) : each,
  );
  return fc.tuple(...samples).map((values) => {
    const named = values.map((value, index) => [fields[index]?.[0] ?? '', value] as const);
    return {
      input: asObject(
        named.filter(([, v]) => v.message !== undefined || v.input !== 'missing').map(([name, v]) => [name, v.input]),
      ),
      message: asObject(named.filter(([, v]) => v.message !== undefined).map(([name, v]) => [name, v.message])),
    };
  });
}

const { column: anyColumn } = fc.letrec<{ column: SampledColumn; content: SampledColumn; struct: SampledColumn }>(
  (tie) => ({
    column: fc
      .tuple(
        fc.oneof(
          { maxDepth: 3 },
          scalars,
          tie('struct'),
          tie('content').map(array),
          fc.tuple(keys, tie('content')).map(([key, value]) => map(key, value)),
        ),
        fc.boolean(),
      )
      .map(([{ column, samples }, isNullable]) => ({ column: isNullable ? column : column.notNull(), samples })),
    content: fc.oneof({ maxDepth: 3 }, scalars, tie('struct')),
    struct: fields(tie('column'), 4).map(struct),
  }),
);

function fields(
  column: fc.Arbitrary<SampledColumn>,
  maxLength: number,
): fc.Arbitrary<readonly (readonly [string, SampledColumn])[]> {
  return fc.uniqueArray(fc.tuple(columnName, column), {
    minLength: 1,
    maxLength,
    selector: ([name]) => name.toLowerCase(),
  });
}

/** A table of random columns and some of its rows. */
export const sampledTable: fc.Arbitrary<SampledTable> = fields(anyColumn, 6).chain((named) =>
  fc.array(rowsOf(named), { minLength: 1, maxLength: 4 }).map((rows) => ({
    definition: defineTable(
      'main.iot.readings',
      asObject(named.map(([name, { column }]) => [name, column])) as Columns,
    ),
    rows,
  })),
);
