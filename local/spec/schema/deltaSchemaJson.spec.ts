import fc from 'fast-check';
import { TableDefinitionError } from '../../lib/errors.ts';
import { deltaSchemaJson } from '../../lib/schema/deltaSchemaJson.ts';
import type { DeltaColumn } from '../../lib/schema/deltaType.ts';
import { parseColumnType } from '../../lib/schema/parseColumnType.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { parseDeltaSchema } from '../../lib/schema/parseDeltaSchema.ts';
import { sqlTypeText } from '../../lib/schema/sqlTypeText.ts';
import { typeArbitrary } from '../flush/columnArbitrary.ts';

describe('deltaSchemaJson', () => {
  it("is the Delta protocol's schema", () => {
    const { columns } = parseCreateTable(
      "CREATE TABLE a.b.c (n BIGINT NOT NULL, v VARCHAR(5) COMMENT 'short', l ARRAY<DECIMAL(5,2)>, m MAP<STRING, DATE>, s STRUCT<x: VARIANT>)",
    );
    expect(JSON.parse(deltaSchemaJson(columns))).toEqual({
      type: 'struct',
      fields: [
        { name: 'n', type: 'long', nullable: false, metadata: {} },
        {
          name: 'v',
          type: 'string',
          nullable: true,
          metadata: { comment: 'short', __CHAR_VARCHAR_TYPE_STRING: 'varchar(5)' },
        },
        {
          name: 'l',
          type: { type: 'array', elementType: 'decimal(5,2)', containsNull: true },
          nullable: true,
          metadata: {},
        },
        {
          name: 'm',
          type: { type: 'map', keyType: 'string', valueType: 'date', valueContainsNull: true },
          nullable: true,
          metadata: {},
        },
        {
          name: 's',
          type: { type: 'struct', fields: [{ name: 'x', type: 'variant', nullable: true, metadata: {} }] },
          nullable: true,
          metadata: {},
        },
      ],
    });
  });

  it('is read back by parseDeltaSchema, nested varchars included', () => {
    const column = fc.record({ type: typeArbitrary, nullable: fc.boolean() });
    const columns = fc
      .array(column, { maxLength: 5 })
      .map((list) => list.map((entry, index): DeltaColumn => ({ name: `c${index}`, ...entry })));
    const property = fc.property(columns, (list) => {
      expect(parseDeltaSchema(deltaSchemaJson(list))).toEqual(list);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('refuses types of a later Delta, and names the column', () => {
    const schema = '{"type":"struct","fields":[{"name":"g","type":"geometry","nullable":true,"metadata":{}}]}';
    expect(() => parseDeltaSchema(schema)).toThrowError(TableDefinitionError, /^column g: .*"geometry"/);
    const nested = `{"type":"struct","fields":[{"name":"a","type":{"type":"array","elementType":${schema}},"nullable":true}]}`;
    expect(() => parseDeltaSchema(nested)).toThrowError(TableDefinitionError, /^column a: column g: .*"geometry"/);
  });

  it('reads char(n) of other writers as varchar(n), nested ones included', () => {
    const field = (name: string, type: unknown, declared: string) => ({
      name,
      type,
      nullable: true,
      metadata: { __CHAR_VARCHAR_TYPE_STRING: declared },
    });
    const struct = { type: 'struct', fields: [{ name: 'char', type: 'string', nullable: true, metadata: {} }] };
    const fields = [field('c', 'string', 'char(5)'), field('s', struct, 'struct<char:CHAR(7)>')];
    expect(parseDeltaSchema(JSON.stringify({ type: 'struct', fields }))).toEqual([
      { name: 'c', type: { kind: 'varchar', length: 5 }, nullable: true },
      {
        name: 's',
        type: {
          kind: 'struct',
          fields: [{ name: 'char', type: { kind: 'varchar', length: 7 }, nullable: true }],
        },
        nullable: true,
      },
    ]);
  });
});

describe('sqlTypeText', () => {
  it('is what Unity Catalog calls type_text', () => {
    const text = 'array<struct<a:int,b:map<string,decimal(5,2)>,c:varchar(7),d:timestamp_ntz>>';
    expect(
      sqlTypeText(parseColumnType(text.toUpperCase().replaceAll(/([ABCD]):/g, (name) => name.toLowerCase()))),
    ).toBe(text);
  });

  it('is parsed to the same type', () => {
    fc.assert(
      fc.property(typeArbitrary, (type) => {
        expect(parseColumnType(sqlTypeText(type))).toEqual(type);
      }),
      { numRuns: 200 },
    );
  });
});
