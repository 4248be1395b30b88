import fc from 'fast-check';
import { createTableSql } from '../../lib/schema/createTableSql.ts';
import type { DeltaColumn, DeltaTable } from '../../lib/schema/deltaType.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { typeArbitrary } from '../flush/columnArbitrary.ts';

describe('createTableSql', () => {
  it('is the statement that makes the table', () => {
    const sql = `CREATE TABLE main.iot.readings (
  id BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1 INCREMENT BY 1),
  device CHAR(8) NOT NULL DEFAULT 'it''s' COMMENT 'it\\'s',
  day DATE GENERATED ALWAYS AS (CAST(at AS DATE)),
  at TIMESTAMP,
  \`2nd\` STRUCT<a: ARRAY<INT> NOT NULL COMMENT 'x', b: MAP<STRING, DECIMAL(5,2)>>,
  rescued VARIANT,
  CONSTRAINT pk PRIMARY KEY (id) RELY
)
USING delta
CLUSTER BY (device, at)
COMMENT 'all\\\\of them'
TBLPROPERTIES (
  'a' = 'b',
  'delta.appendOnly' = 'true'
);
ALTER TABLE main.iot.readings ALTER COLUMN rescued SET TAGS ('zerobus-rescue' = '');
`;
    expect(createTableSql(parseCreateTable(sql))).toBe(sql);
  });

  it('has PARTITIONED BY and CLUSTER BY AUTO', () => {
    for (const clause of ['PARTITIONED BY (b, a)', 'CLUSTER BY AUTO']) {
      const sql = `CREATE TABLE a.b.c (\n  a INT,\n  b INT,\n  c INT\n)\nUSING delta\n${clause};\n`;
      expect(createTableSql(parseCreateTable(sql))).toBe(sql);
    }
  });

  it('is parsed to the same table, for all tables', () => {
    const comment = fc.option(
      fc.string({ unit: fc.constantFrom("'", '"', '\\', '`', '%', '_', 'n', '1', '\n', '$', '{', '}', ';', 'ü') }),
      {
        nil: undefined,
      },
    );
    const filling = fc.constantFrom<Partial<DeltaColumn>>(
      {},
      { default: `concat('a,)', "b", f(1, [2, 3]))` },
      { generated: 'a || b' },
      { tags: { a: "'", 'b-c': '' } },
    );
    const columns = fc.array(fc.record({ type: typeArbitrary, nullable: fc.boolean(), comment, filling }), {
      minLength: 1,
      maxLength: 5,
    });
    const properties = fc.option(
      fc.dictionary(fc.constantFrom('a', 'b.c', "d'e", 'f g'), fc.string(), { minKeys: 1 }),
      {
        nil: undefined,
      },
    );
    const table = fc.record({ columns, comment, properties }).map(
      (parts): DeltaTable => ({
        catalog: 'a',
        schema: 'b',
        name: 'c',
        columns: parts.columns.map(({ type, nullable, comment: text, filling: rest }, index) => ({
          name: `c${index}`,
          type,
          nullable,
          ...rest,
          ...(text === undefined ? {} : { comment: text }),
        })),
        ...(parts.comment === undefined ? {} : { comment: parts.comment }),
        ...(parts.properties === undefined ? {} : { properties: { ...parts.properties } }),
      }),
    );
    fc.assert(
      fc.property(table, (definition) => {
        expect(parseCreateTable(createTableSql(definition))).toEqual(definition);
      }),
      { numRuns: 300 },
    );
  });
});
