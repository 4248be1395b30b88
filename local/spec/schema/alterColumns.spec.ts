import { TableDefinitionError } from '../../lib/errors.ts';
import { alterColumns } from '../../lib/schema/alterColumns.ts';
import type { DeltaColumn } from '../../lib/schema/deltaType.ts';
import { parseAlterTable } from '../../lib/schema/parseAlterTable.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { sqlTypeText } from '../../lib/schema/sqlTypeText.ts';

describe('ALTER TABLE', () => {
  const { columns } = parseCreateTable(
    `CREATE TABLE main.iot.t (id BIGINT NOT NULL, pos STRUCT<x: DOUBLE>, tags ARRAY<STRUCT<k: STRING>>,
      labels MAP<STRING, STRUCT<n: INT>>, rest VARIANT, other VARIANT, must VARIANT NOT NULL)`,
  );

  const alter = (clause: string, before: readonly DeltaColumn[] = columns): readonly DeltaColumn[] =>
    alterColumns(before, parseAlterTable(`ALTER TABLE main.iot.t ${clause}`).changes);

  const text = (altered: readonly DeltaColumn[]): string =>
    altered.map(({ name, type }) => `${name} ${sqlTypeText(type)}`).join(', ');

  const rest = 'rest variant, other variant, must variant';
  const forms: Readonly<Record<string, string>> = {
    'ADD COLUMN x INT': `id bigint, pos struct<x:double>, tags array<struct<k:string>>, labels map<string,struct<n:int>>, ${rest}, x int`,
    'add columns (x INT, y DATE);': `id bigint, pos struct<x:double>, tags array<struct<k:string>>, labels map<string,struct<n:int>>, ${rest}, x int, y date`,
    'ADD (x INT FIRST, y DATE AFTER X)': `x int, y date, id bigint, pos struct<x:double>, tags array<struct<k:string>>, labels map<string,struct<n:int>>, ${rest}`,
    'ADD COLUMN x INT AFTER ID': `id bigint, x int, pos struct<x:double>, tags array<struct<k:string>>, labels map<string,struct<n:int>>, ${rest}`,
    'ADD COLUMN pos.z DOUBLE, Pos.`y` DOUBLE FIRST': `id bigint, pos struct<y:double,x:double,z:double>, tags array<struct<k:string>>, labels map<string,struct<n:int>>, ${rest}`,
    'ADD COLUMN tags.element.v STRING, labels.value.m INT': `id bigint, pos struct<x:double>, tags array<struct<k:string,v:string>>, labels map<string,struct<n:int,m:int>>, ${rest}`,
    'ADD COLUMN a STRUCT<b: ARRAY<INT>>, a.c INT': `id bigint, pos struct<x:double>, tags array<struct<k:string>>, labels map<string,struct<n:int>>, ${rest}, a struct<b:array<int>,c:int>`,
  };
  for (const [clause, expected] of Object.entries(forms)) {
    it(`makes columns with ${clause}`, () => {
      expect(text(alter(clause))).toBe(expected);
    });
  }

  it('adds nullable columns with their comments', () => {
    expect(alter("ADD COLUMN x INT COMMENT 'it''s new' AFTER id")[1]).toEqual({
      name: 'x',
      type: { kind: 'integer' },
      nullable: true,
      comment: "it's new",
    });
  });

  it('sets and removes tags', () => {
    const tagged = alter("ALTER COLUMN rest SET TAGS ('zerobus-rescue', 'owner' = 'me')");
    expect(tagged[4]?.tags).toEqual({ 'zerobus-rescue': '', owner: 'me' });
    const changed = alter("CHANGE rest SET TAGS ('owner' = 'you')", tagged);
    expect(changed[4]?.tags).toEqual({ 'zerobus-rescue': '', owner: 'you' });
    expect(alter("ALTER COLUMN REST UNSET TAGS ('zerobus-rescue', 'owner', 'none')", changed)).toEqual(columns);
  });

  it('sets a tag by its own statement', () => {
    for (const tag of ["'zerobus-rescue' = ''", '`zerobus-rescue`', '"zerobus-rescue";']) {
      const { table, changes } = parseAlterTable(`SET TAG ON COLUMN main.iot.t.rest ${tag}`);
      expect(table).toEqual(['main', 'iot', 't']);
      expect(alterColumns(columns, changes)[4]?.tags).toEqual({ 'zerobus-rescue': '' });
    }
  });

  const refusals: Readonly<Record<string, RegExp>> = {
    'ADD COLUMN x INT NOT NULL': /column 41: a column that is added must be nullable.* at 'NOT'\.$/,
    'ADD COLUMN x INT DEFAULT 1': /can have no DEFAULT/,
    'ADD COLUMN x STRING COLLATE UTF8_LCASE': /COLLATE is not supported/,
    'ADD COLUMN IF NOT EXISTS x INT': /has no IF NOT EXISTS/,
    'ADD COLUMN x NOPE': /unknown type/,
    'ADD COLUMN `a b` INT': /can contain only ASCII/,
    'ADD COLUMN ID INT': /^There is already a column id\. Case does not matter/,
    'ADD COLUMN (x INT, X INT)': /^There is already a column x\./,
    'ADD COLUMN pos.X INT': /^There is already a field pos\.x\./,
    'ADD COLUMN nope.x INT': /^There is no column nope\. There are: id, pos, tags, labels, rest, other, must\.$/,
    'ADD COLUMN pos.y.z INT': /^There is no field pos\.y\. There are: x\.$/,
    'ADD COLUMN id.x INT': /^id\.x can't be added, since id is not a STRUCT\.$/,
    'ADD COLUMN tags.v INT': /^tags\.v can't be added, since tags is not a STRUCT\. Use element for its elements\.$/,
    'ADD COLUMN labels.v INT': /^labels\.v can't be added, since labels is not a STRUCT\. Use value for its values\.$/,
    'ADD COLUMN x INT AFTER nope': /^x can't be added after nope\. There are: id/,
    'ADD CONSTRAINT c CHECK (id > 0)': /expected ADD COLUMN, or ALTER COLUMN with SET TAGS/,
    'DROP COLUMN id': /expected ADD COLUMN, or ALTER COLUMN with SET TAGS/,
    'ALTER COLUMN id TYPE STRING': /expected ADD COLUMN, or ALTER COLUMN with SET TAGS/,
    'ADD COLUMN x INT; SELECT 1': /one ALTER TABLE is made at a time/,
    "ALTER COLUMN nope SET TAGS ('a')": /^There is no column nope to tag\./,
    "ALTER COLUMN pos.x SET TAGS ('a')": /^pos\.x can't be tagged\. Only whole columns can/,
    "ALTER COLUMN id SET TAGS ('zerobus-rescue')":
      /^The column id can't have the tag zerobus-rescue\. A rescue column is/,
    "ALTER COLUMN must SET TAGS ('zerobus-rescue')": /^The column must can't have the tag zerobus-rescue\./,
  };
  for (const [clause, message] of Object.entries(refusals)) {
    it(`refuses ${clause}`, () => {
      expect(() => alter(clause)).toThrowMatching(
        (error: unknown) => error instanceof TableDefinitionError && message.test(error.message),
      );
    });
  }

  it('refuses a second rescue column', () => {
    const tagged = alter("ALTER COLUMN rest SET TAGS ('zerobus-rescue' = '')");
    expect(() => alter("ALTER COLUMN other SET TAGS ('zerobus-rescue')", tagged)).toThrowError(
      /^Only one column can have the tag zerobus-rescue, but rest and other have it\./,
    );
  });

  it('refuses a table name without three parts', () => {
    expect(() => parseAlterTable('ALTER TABLE t ADD COLUMN x INT')).toThrowError(/three parts/);
  });
});
