import { isUtf8 } from 'node:buffer';
import { jsonReaderFor } from '../../../lib/records/json/jsonReaderFor.ts';
import { splitRecords } from '../../../lib/records/json/splitRecords.ts';
import { RecordError } from '../../../lib/records/recordError.ts';
import type { DeltaTable } from '../../../lib/schema/deltaType.ts';
import { parseScript } from '../../../lib/schema/parseScript.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const COLUMNS = `
  t TINYINT, n INT, l BIGINT, f FLOAT, d DOUBLE, s STRING, v VARCHAR(3), b BOOLEAN, y BINARY, e DATE, u TIMESTAMP,
  c DECIMAL(10,2), w VARIANT, r ARRAY<INT>, m MAP<STRING, BIGINT>, o STRUCT<x: INT NOT NULL, y: ARRAY<STRING>>`;

const { tables } = parseScript(`
  CREATE TABLE a.b.plain (${COLUMNS});
  CREATE TABLE a.b.rescuing (${COLUMNS}, z VARIANT);
  ALTER TABLE a.b.rescuing ALTER COLUMN z SET TAGS ('zerobus-rescue');
`);

const rows = [
  '{"t":1,"n":-2,"l":9007199254740993,"f":1.5,"d":-0.0,"s":"\\u00fc","v":"abc","b":true,"y":"AP8="}',
  '{"e":20000,"u":1700000000000000,"c":"12.34","w":"{\\"a\\":[1]}","r":[1,null],"m":{"a":1},"o":{"x":1,"y":["z"]}}',
  '{"unknown":[{}],"n":"wrong","o":null}',
];

/** The body of a REST request, which is read for a table without a rescue column and for one with it. */
export const jsonRecordsTarget: FuzzTarget = {
  name: 'jsonRecords',
  seeds: [`[${rows.join(', ')}]`, ...rows, '[]', ' [ {} , {"n":1} ] '],
  words: ['{"', '":', '[', ']', '{', '}', ',', '\\ud83d', '"w":"[', '1e400', '0.1e-7'],
  isTyped: (error) => error instanceof RecordError,
  read: (input) => {
    const refusals = tables.map((table) => refusalOf(table, input));
    const refusal = refusals.find((each) => each !== undefined);
    if (refusal !== undefined) {
      throw refusal;
    }
  },
};

function refusalOf(table: DeltaTable, input: Buffer): unknown {
  try {
    readBody(table, input);
    return undefined;
  } catch (error) {
    if (!(error instanceof RecordError)) {
      throw error;
    }
    return error;
  }
}

function readBody(table: DeltaTable, input: Buffer): void {
  // The reader of records needs a byte in front, and changes the bytes.
  const body = Buffer.concat([Buffer.alloc(1), input]);
  const records = splitRecords(body, 1);
  const { count } = records;
  const lines = count === 0 ? '' : jsonReaderFor(table).toRowLines(records).toString('utf8');
  const isJson = isUtf8(input);
  expectRight(isJson, 'bytes that are not UTF-8 are taken');
  const given = [JSON.parse(input.toString('utf8'))].flat() as readonly object[];
  const taken = lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as object);
  expectRight(taken.length === given.length, `of ${given.length} records, ${taken.length} are taken`);
  if (table.name === 'plain') {
    expectRight(JSON.stringify(taken) === JSON.stringify(given), `the rows are ${lines}`);
  }
}
