import { JsonRecordReader } from '../../lib/records/json/jsonRecordReader.ts';
import { RescuingRecordReader } from '../../lib/records/json/rescuingRecordReader.ts';
import { ProtoRecordReader } from '../../lib/records/proto/protoRecordReader.ts';
import type { RecordReader } from '../../lib/records/recordReader.ts';
import type { DeltaColumn } from '../../lib/schema/deltaType.ts';
import type { RecordSpans } from '../../lib/wire/recordSpans.ts';
import { parseMessage } from '../support/messageDescriptor.ts';
import { orRefusal } from '../support/orRefusal.ts';
import { jsonSpans, protoSpans } from '../support/recordSpansOf.ts';

const identity = { start: 1n, step: 1n, allowExplicitInsert: false };

const columns: readonly DeltaColumn[] = [
  { name: 'n', type: { kind: 'integer' }, nullable: true },
  { name: 'strict', type: { kind: 'string' }, nullable: false, default: "'none'" },
  { name: 'loose', type: { kind: 'string' }, nullable: true, default: "'none'" },
  { name: 'computed', type: { kind: 'integer' }, nullable: true, generated: 'n + 1' },
  {
    name: 'tags',
    type: { kind: 'array', element: { kind: 'string' }, containsNull: true },
    nullable: true,
    generated: 'x',
  },
  { name: 'id', type: { kind: 'long' }, nullable: false, identity },
  { name: 'given', type: { kind: 'long' }, nullable: false, identity: { ...identity, allowExplicitInsert: true } },
];

/** The row line of a record, or the causes and the message of the error. */
function lineOf(reader: RecordReader, spans: RecordSpans): string {
  return orRefusal(() => reader.toRowLines(spans).toString().trim());
}

function jsonLine(record: string): string {
  return lineOf(new JsonRecordReader(columns), jsonSpans([record]));
}

const { type, descriptor } = parseMessage(
  `optional int32 n = 1; optional string strict = 2; optional string loose = 3; optional int32 computed = 4;
   repeated string tags = 5; optional int64 id = 6; optional int64 given = 7;`,
);

function protoLine(record: object): string {
  const spans = protoSpans([type.encode(type.fromObject(record)).finish()]);
  return lineOf(new ProtoRecordReader(descriptor, columns), spans);
}

const COMPUTED_MESSAGE = "is computed as (n + 1), so a record can't have it: leave it out";
const NUMBERED_MESSAGE =
  "is GENERATED ALWAYS AS IDENTITY, so a record can't have it: leave it out, and the server numbers it";

describe('a column that fills itself', () => {
  it('may be absent even if it is NOT NULL', () => {
    expect(jsonLine('{}')).toBe('{}');
    expect(protoLine({})).toBe('{}');
    expect(() => new ProtoRecordReader(parseMessage('optional int32 n = 1;').descriptor, columns)).not.toThrow();
  });

  it('keeps a value of its own, and may only be null if it is nullable', () => {
    const record = '{"strict":"a","loose":null,"given":7}';
    expect(jsonLine(record)).toBe(record);
    expect(protoLine({ strict: 'a', given: 7 })).toBe('{"strict":"a","given":7}');
    const missing =
      'MISSING_REQUIRED_COLUMN records[0].strict: is NOT NULL in the table, but missing or null in the record';
    expect(jsonLine('{"strict":null}')).toBe(missing);
  });

  it('can not be in a record if it is computed or numbered by the server', () => {
    for (const value of ['1', 'null', '"x"', '[]']) {
      expect(jsonLine(`{"computed":${value}}`)).toBe(`FIELD_NOT_IN_TABLE records[0].computed: ${COMPUTED_MESSAGE}`);
      expect(jsonLine(`{"id":${value}}`)).toBe(`FIELD_NOT_IN_TABLE records[0].id: ${NUMBERED_MESSAGE}`);
    }
    expect(protoLine({ computed: 1 })).toBe(`FIELD_NOT_IN_TABLE records[0].computed: ${COMPUTED_MESSAGE}`);
    expect(protoLine({ id: 1 })).toBe(`FIELD_NOT_IN_TABLE records[0].id: ${NUMBERED_MESSAGE}`);
    expect(protoLine({ tags: ['x'] })).toMatch(/^FIELD_NOT_IN_TABLE records\[0\]\.tags: is computed as \(x\)/);
  });
});

describe('a column that a table is partitioned by', () => {
  const parts: readonly DeltaColumn[] = [
    { name: 's', type: { kind: 'string' }, nullable: false },
    { name: 'v', type: { kind: 'varchar', length: 3 }, nullable: false },
    { name: 'b', type: { kind: 'binary' }, nullable: true },
  ];
  const message = parseMessage('optional string s = 1; optional string v = 2; optional bytes b = 3;');

  function verdicts(record: { readonly s: string; readonly v: string; readonly b?: string }): readonly string[] {
    const json = new JsonRecordReader(parts, ['s', 'v', 'b']);
    const proto = new ProtoRecordReader(message.descriptor, parts, ['s', 'v', 'b']);
    const bytes = message.type.encode(message.type.fromObject(record)).finish();
    const lines = [lineOf(json, jsonSpans([JSON.stringify(record)])), lineOf(proto, protoSpans([bytes]))];
    return lines.map((line) => (line.startsWith('{') ? 'ok' : line));
  }

  it('takes the values that can be partition values', () => {
    expect(verdicts({ s: 'a', v: 'abc', b: '' })).toEqual(['ok', 'ok']);
    expect(verdicts({ s: '\0', v: 'ü', b: Buffer.from('ü').toString('base64') })).toEqual(['ok', 'ok']);
  });

  it('refuses an empty text if it is NOT NULL, and bytes that are no text', () => {
    const empty = 'the table is partitioned by it, where empty is NULL, and it is NOT NULL';
    const s = `TYPE_INCOMPATIBLE records[0].s: ${empty}`;
    expect(verdicts({ s: '', v: 'a' })).toEqual([s, s]);
    const v = `TYPE_INCOMPATIBLE records[0].v: ${empty}`;
    expect(verdicts({ s: 'a', v: '' })).toEqual([v, v]);
    const b = 'TYPE_INCOMPATIBLE records[0].b: the table is partitioned by it, so its bytes must be UTF-8';
    expect(verdicts({ s: 'a', v: 'a', b: '/w==' })).toEqual([b, b]);
    const rescue: DeltaColumn = { name: 'rescued', type: { kind: 'variant' }, nullable: true };
    const rescuing = new RescuingRecordReader([...parts, rescue], rescue, ['s', 'v', 'b']);
    expect(lineOf(rescuing, jsonSpans(['{"s":"","v":"a"}']))).toBe(s);
    expect(verdicts({ s: 'a', v: 'abcd' })[0]).toMatch(/4 characters do not fit VARCHAR\(3\)/);
  });
});
