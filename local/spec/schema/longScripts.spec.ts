import { TableDefinitionError } from '../../lib/errors.ts';
import { parseColumnType } from '../../lib/schema/parseColumnType.ts';
import { parseScript } from '../../lib/schema/parseScript.ts';

const table = (comment: string): string => `CREATE TABLE a.b.c (n INT COMMENT ${comment})`;

// Each of these took minutes or years, or threw a RangeError, so the spec only has to end.
describe('A long script', () => {
  it('is parsed in time that grows with its length, whatever its strings look like', () => {
    for (const text of [
      `\${${' '.repeat(50_000)}`,
      `{{${' '.repeat(50_000)}`,
      '${'.repeat(50_000),
      '{{ '.repeat(50_000),
    ]) {
      expect(parseScript(table(`'${text}'`)).tables[0]?.columns[0]?.comment).toBe(text);
    }
  });

  it('can have names and strings of any length', () => {
    const long = 'x'.repeat(20_000_000);
    for (const string of [`'${long}'`, `"${long}"`, `r'${long}'`, `$$${long}$$`]) {
      expect(parseScript(table(string)).tables[0]?.columns[0]?.comment).toHaveSize(long.length);
    }
    for (const sql of [`CREATE TABLE a.b.${long} (n INT!)`, `CREATE TABLE a.b.\`${long}\` (n INT!)`]) {
      expect(() => parseScript(sql)).toThrowError(TableDefinitionError);
    }
  });

  it('is refused if a type or a quote does not end', () => {
    for (const sql of [
      `CREATE TABLE a.b.c (n ${'ARRAY<'.repeat(100_000)}`,
      table(`'${"''".repeat(1_000_000)}`),
      table(`"${'\\"'.repeat(1_000_000)}`),
      `/*${'/*'.repeat(1_000_000)}`,
    ]) {
      expect(() => parseScript(sql)).toThrowError(TableDefinitionError);
    }
    expect(() => parseColumnType('STRUCT<a: '.repeat(100_000))).toThrowError(TableDefinitionError);
  });
});
