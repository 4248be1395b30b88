import fc from 'fast-check';
import { from, lastValueFrom, NEVER, take, VirtualTimeScheduler } from 'rxjs';
import { OAuthHeadersProvider } from '../../../lib/auth/oAuthHeadersProvider.ts';
import { TokenCache } from '../../../lib/auth/tokenCache.ts';
import { fetchTable } from '../../../lib/catalog/fetchTable.ts';
import { encodeRow } from '../../../lib/rows/encodeRow.ts';
import { ZerobusSdk } from '../../../lib/sdk/zerobusSdk.ts';
import * as columns from '../../../lib/table/columnBuilders.ts';
import { defineTable } from '../../../lib/table/defineTable.ts';
import { loadDescriptor } from '../../../lib/table/loadDescriptor.ts';
import { protoText } from '../../../lib/table/protoText.ts';
import { TableDefinition } from '../../../lib/table/tableDefinition.ts';
import { commitWhenDurable } from '../../../operators/commitWhenDurable.ts';
import { deadLetters } from '../../../operators/deadLetters.ts';
import { ingest } from '../../../operators/ingest.ts';
import { ndjson } from '../../../operators/ndjson.ts';
import { pull } from '../../../operators/pull.ts';
import { readDeadLetters } from '../../../operators/readDeadLetters.ts';
import { recover } from '../../../operators/recover.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { CheckingService } from '../../support/checkingService.ts';
import { expectTypedEnd } from './expectTypedEnd.ts';
import type { HandedInTarget } from './handedInTarget.ts';
import { strangeValue } from './strangeValues.ts';

const TABLE = 'main.iot.readings';
/** An array can say that it has billions of elements. */
const MOST_VALUES = 1000;

/** A function that is called with arguments of any types. What it reads of them may throw any error. */
type Call = (...given: never[]) => unknown;

const checked: Readonly<Record<string, Call>> = {
  'toZerobus with options': (options) => toZerobus(TABLE, options),
  'recover with options': (options) => recover(options),
  'commitWhenDurable with options': (options) => commitWhenDurable(options),
  pull: (input) => pull(input, NEVER),
  ingest: (input, options) => ingest(input, TABLE, options),
  ndjson: (source, options) => ndjson(source, options),
  deadLetters: (path, options) => void deadLetters(path, options),
  readDeadLetters: (path, options) => void readDeadLetters(path, options),
  'defineTable with a name': (name, options) => defineTable(name, { n: columns.int() }, options),
  'defineTable with columns': (given) => defineTable(TABLE, given),
  'defineTable with a column': (column) => defineTable(TABLE, { n: column }),
  'TableDefinition with options': (options) => new TableDefinition(options),
  'TableDefinition with columns': (given) => new TableDefinition({ name: TABLE, columns: given }),
  varchar: (length) => columns.varchar(length),
  decimal: (precision, scale) => columns.decimal(precision, scale),
  array: (element) => columns.array(element),
  map: (key, value) => columns.map(key, value),
  struct: (fields) => columns.struct(fields),
  numbered: (number) => columns.int().numbered(number),
  encodeRow: (definition, row) => encodeRow(definition, row),
  protoText: (definition) => protoText(definition),
  loadDescriptor: (path, message) => loadDescriptor(path, message),
  ZerobusSdk: (endpoint, workspaceUrl) => new ZerobusSdk(endpoint, workspaceUrl),
  'ZerobusSdk with options': (options) => new ZerobusSdk('https://host', 'https://workspace', options),
  OAuthHeadersProvider: (options) => new OAuthHeadersProvider(options),
  TokenCache: (options) => new TokenCache(options),
  fetchTable: (workspace, name, options) => fetchTable(workspace, name, options),
};

/** Arguments of any types, of every function that is public. */
export const argumentsTarget: HandedInTarget = {
  name: 'arguments',
  property: (onRun) =>
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(checked)),
      fc.array(strangeValue, { minLength: 3, maxLength: 3 }),
      async (name, makes) => {
        onRun();
        const given = makes.map((make) => make()) as never[];
        await expectTypedEnd(
          new VirtualTimeScheduler(),
          () => {
            const result = checked[name]?.(...given);
            return result instanceof Promise ? result : undefined;
          },
          // What a function of the user's throws is forwarded.
          () => name === 'defineTable with columns' && typeof given[0] === 'function',
        );
      },
    ),
};

/** The steps of the Promise API, with an argument of any type. */
const steps: Readonly<Record<string, (sdk: ZerobusSdk, given: never, options: object) => Promise<unknown>>> = {
  target: (sdk, given, options) => sdk.createStream(given, 'id', 'secret', options),
  options: (sdk, given) => sdk.createStream({ tableName: TABLE }, 'id', 'secret', given),
  'headers provider': (sdk, given, options) =>
    sdk.createStreamWithHeadersProvider({ tableName: TABLE }, given, options),
  'headers callback': (sdk, given, options) => sdk.createStream({ tableName: TABLE }, 'id', 'secret', options, given),
  stream: (sdk, given) => sdk.recreateStream(given),
  record: async (sdk, given, options) => {
    const stream = await sdk.createStream({ tableName: TABLE }, 'id', 'secret', options);
    await stream.ingestRecordOffset(given);
    await stream.close();
  },
  records: async (sdk, given, options) => {
    const stream = await sdk.createStream({ tableName: TABLE }, 'id', 'secret', options);
    await stream.ingestRecordsOffset(given);
    await stream.close();
  },
  'several records': async (sdk, given, options) => {
    const stream = await sdk.createStream({ tableName: TABLE }, 'id', 'secret', options);
    await stream.ingestRecords([{ n: 1 }, given]);
    await stream.flush();
    await stream.close();
  },
  offset: async (sdk, given, options) => {
    const stream = await sdk.createStream({ tableName: TABLE }, 'id', 'secret', options);
    await stream.ingestRecordOffset({ n: 1 });
    const waiting = stream.waitForOffset(given);
    await Promise.all([waiting, stream.close()]);
  },
};

/** Arguments of any types in the Promise API. */
export const sdkTarget: HandedInTarget = {
  name: 'sdk',
  property: (onRun) =>
    fc.asyncProperty(fc.constantFrom(...Object.keys(steps)), strangeValue, async (name, make) => {
      onRun();
      const clock = new VirtualTimeScheduler();
      const transport = new CheckingService({ scheduler: clock, refuses: () => false });
      const sdk = new ZerobusSdk('http://127.0.0.1:1', 'http://127.0.0.1:2', { transport });
      await expectTypedEnd(clock, () => steps[name]?.(sdk, make() as never, { scheduler: clock }));
    }),
};

/** Inputs of any types that are read. An error of the input is forwarded, whatever it is. */
export const inputsTarget: HandedInTarget = {
  name: 'inputs',
  property: (onRun) =>
    fc.asyncProperty(fc.boolean(), strangeValue, async (isLines, make) => {
      onRun();
      const clock = new VirtualTimeScheduler();
      await expectTypedEnd(
        clock,
        () => {
          const input = make() as never;
          const never$ = NEVER;
          const values$ = isLines ? pull(ndjson(input), never$, clock) : pull(input, from([false]), clock);
          return lastValueFrom(values$.pipe(take(MOST_VALUES)), { defaultValue: undefined });
        },
        () => true,
      );
    }),
};
