import { alterColumns } from '../../lib/schema/alterColumns.ts';
import { alteredSchemaJson } from '../../lib/schema/alteredSchemaJson.ts';
import { parseAlterTable } from '../../lib/schema/parseAlterTable.ts';
import { parseDeltaSchema } from '../../lib/schema/parseDeltaSchema.ts';

describe('alteredSchemaJson', () => {
  const alter = (schema: string, clause: string): string =>
    alteredSchemaJson(
      schema,
      alterColumns(parseDeltaSchema(schema), parseAlterTable(`ALTER TABLE a.b.c ${clause}`).changes),
    );

  const field = (name: string, type: string, metadata = '{}'): string =>
    `{"name":"${name}","type":${type},"nullable":true,"metadata":${metadata}}`;
  const struct = (...fields: readonly string[]): string => `{"type":"struct","fields":[${fields.join(',')}]}`;

  it('leaves the fields of another writer as they are, to the last digit', () => {
    const foreign = field('n', '"long"', '{"delta.identity.highWaterMark":9223372036854775807,"x":{"y":[1.5]}}');
    expect(alter(struct(foreign), 'ADD COLUMN "pos" INT'.replaceAll('"', '`'))).toBe(
      struct(foreign, field('pos', '"integer"')),
    );
  });

  it('keeps the metadata around a nested field that is added', () => {
    const metadata = '{"comment":"where","other.writer":true}';
    const before = struct(field('pos', struct(field('x', '"double"', '{"other.writer":1}')), metadata));
    const after = struct(
      field('pos', struct(field('z', '"double"'), field('x', '"double"', '{"other.writer":1}')), metadata),
    );
    expect(alter(before, 'ADD COLUMN pos.z DOUBLE FIRST')).toBe(after);
  });

  it('keeps the lengths of VARCHAR fields right when a field is added before them', () => {
    const declared = '{"__CHAR_VARCHAR_TYPE_STRING":"struct<a:varchar(3),b:string>"}';
    const before = struct(field('s', struct(field('a', '"string"'), field('b', '"string"')), declared));
    const [column] = parseDeltaSchema(alter(before, 'ADD COLUMN s.first STRING FIRST, s.c VARCHAR(7)'));
    const fields = column?.type.kind === 'struct' ? column.type.fields : [];
    expect(fields.map(({ name, type }) => [name, type])).toEqual([
      ['first', { kind: 'string' }],
      ['a', { kind: 'varchar', length: 3 }],
      ['b', { kind: 'string' }],
      ['c', { kind: 'varchar', length: 7 }],
    ]);
  });

  it('keeps tags with the column, and removes them again', () => {
    const before = struct(field('v', '"variant"', '{"comment":"rest"}'));
    const tagged = alter(before, "ALTER COLUMN v SET TAGS ('zerobus-rescue')");
    expect(parseDeltaSchema(tagged)[0]?.tags).toEqual({ 'zerobus-rescue': '' });
    expect(alter(tagged, "ALTER COLUMN v UNSET TAGS ('zerobus-rescue')")).toBe(before);
  });
});
