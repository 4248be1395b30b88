import fc from 'fast-check';
import { TableDefinitionError } from '../../lib/errors.ts';
import { createTableSql } from '../../lib/schema/createTableSql.ts';
import { parseScript } from '../../lib/schema/parseScript.ts';
import { SqlTokenReader } from '../../lib/schema/sqlTokenReader.ts';

/** What has no value, with the text that the message has for it. */
const withoutValue: readonly (readonly [sql: string, message: RegExp])[] = [
  [`(a STRING DEFAULT '\${x}')`, /column 38: the placeholder \$\{x\} has no value\. Set it with --var x=…/],
  [`(a STRING DEFAULT "a-\${x}")`, /the placeholder \$\{x\} has no value\. Set it with --var x=…/],
  [`(a STRING DEFAULT r'\${x}')`, /the placeholder \$\{x\} has no value/],
  [`(a INT COMMENT '\${x}')`, /the placeholder \$\{x\} has no value/],
  ["(a INT) COMMENT 'of {{ x }}'", /the placeholder \{\{ x \}\} has no value\. Set it with --var x=…/],
  [`(a INT) TBLPROPERTIES ('env' = '\${var.x}')`, /the placeholder \$\{var\.x\} has no value\. Set it with --var x=…/],
  [`(a INT) TBLPROPERTIES ('\${x}' = '1')`, /the placeholder \$\{x\} has no value/],
  [`(\`\${x}\` INT)`, /the placeholder \$\{x\} has no value/],
  [`(a INT) LOCATION 's3://\${x}/y'`, /the placeholder \$\{x\} has no value/],
  ['(a STRING DEFAULT :x)', /column 38: the placeholder :x has no value\. Set it with --var x=…/],
  ['(a INT) COMMENT :x', /the placeholder :x has no value/],
  ["(a INT) TBLPROPERTIES ('a' = :x)", /the placeholder :x has no value/],
];

/** Placeholders that are not filled in, at the beginning of a statement's rest. */
const otherForms: readonly (readonly [sql: string, written: string])[] = [
  ['CREATE TABLE $catalog.b.c (a INT)', '$catalog'],
  ['CREATE TABLE {catalog}.b.c (a INT)', '{catalog}'],
  ['CREATE TABLE a.iot_$env.c (a INT)', '$env'],
  ['CREATE TABLE a.iot_{env}.c (a INT)', '{env}'],
  ['CREATE TABLE <catalog>.b.c (a INT)', '<catalog>'],
  ['CREATE TABLE <catalog-name>.b.c (a INT)', '<catalog-name>'],
  ['CREATE TABLE %(catalog)s.b.c (a INT)', '%(catalog)s'],
  ['CREATE TABLE @catalog.b.c (a INT)', '@catalog'],
  ['CREATE TABLE &catalog.b.c (a INT)', '&catalog'],
  ['CREATE TABLE a.%schema%.c (a INT)', '%schema%'],
  ['CREATE TABLE a.b.c (a INT DEFAULT $x)', '$x'],
  ['CREATE TABLE a.b.c (a INT) COMMENT {x}', '{x}'],
  ['USE CATALOG $catalog', '$catalog'],
  ['USE {catalog}.x', '{catalog}'],
];

/** The table that a statement makes, with the default of its first column. */
function tableOf(rest: string, x: string) {
  const [table] = parseScript(`CREATE TABLE a.b.c ${rest}`, { x }).tables;
  return { table, initial: table?.columns[0]?.default };
}

describe('placeholders of a script', () => {
  for (const [sql, message] of withoutValue) {
    it(`have no value in ${sql}`, () => {
      expect(() => parseScript(`CREATE TABLE a.b.c ${sql}`)).toThrowError(TableDefinitionError, message);
    });
  }

  it('are filled in between quotes of all kinds', () => {
    const { table, initial } = tableOf(
      `(a STRING DEFAULT '\${x}' COMMENT "{{x}}!", \`b_\${x}\` INT) COMMENT r'\\\${x}' TBLPROPERTIES ('k.\${x}' = '\${x}')`,
      'dev',
    );
    expect(initial).toBe("'dev'");
    expect(table?.columns.map(({ name, comment }) => [name, comment])).toEqual([
      ['a', 'dev!'],
      ['b_dev', undefined],
    ]);
    expect([table?.comment, table?.properties]).toEqual(['\\dev', { 'k.dev': 'dev' }]);
  });

  it('are filled in as parameters in places for a text', () => {
    const { table, initial } = tableOf(
      "(a STRING DEFAULT :x, s STRUCT<comment:STRING, x :INT>) COMMENT :x TBLPROPERTIES ('a' = :x)",
      "it's",
    );
    expect([initial, table?.comment, table?.properties]).toEqual(["'it\\'s'", "it's", { a: "it's" }]);
    expect(tableOf("(a STRING DEFAULT concat('a', :x) || :x)", 'y').initial).toBe("concat('a', 'y') || 'y'");
  });

  it('stay between their quotes, whatever their value', () => {
    const literals = fc.constantFrom(`'\${x}'`, `"\${x}"`, `r'\${x}'`, `R"\${x}"`, ':x', `'a\\'\${x}'`);
    const values = fc.string({ unit: fc.constantFrom("'", '"', '\\', '`', ')', ',', ';', '$', '{', '%', 'n', '\n') });
    fc.assert(
      fc.property(literals, values, (literal, value) => {
        const { initial } = tableOf(`(a STRING DEFAULT ${literal})`, value);
        const tokens = new SqlTokenReader(initial ?? '');
        expect(tokens.expectString('a text')).toBe(literal.includes("a\\'") ? `a'${value}` : value);
        expect(tokens.isAtEnd()).toBeTrue();
        expect(tableOf(`(a INT) COMMENT ${literal.replace("a\\'", '')}`, value).table?.comment).toBe(value);
      }),
    );
  });

  it('are named if their value is not SQL', () => {
    expect(() => parseScript(`CREATE TABLE a.\${x}.c (a INT)`, { x: "it's" })).toThrowError(
      TableDefinitionError,
      /^Line 1, column 16: the value of the placeholder \$\{x\} is not SQL: .*the quote ' is not closed\.$/,
    );
  });

  it('leave a value with a placeholder in it as it is', () => {
    expect(tableOf(`(a STRING DEFAULT '\${x}')`, `\${x}`).initial).toBe("'$\\{x}'");
    expect(tableOf(`(a STRING DEFAULT '\${x}')`, '{{y}}').initial).toBe("'{\\{y}}'");
  });

  it('are none if a backslash is in them, as in the statements that ddl prints', () => {
    const { table, initial } = tableOf(`(a STRING DEFAULT '\\\${x}') COMMENT '$\\{x} {\\{x}} \${} {{}}'`, "it's");
    expect([initial, table?.comment]).toEqual([`'\\\${x}'`, `\${x} {{x}} \${} {{}}`]);
    expect(parseScript(table === undefined ? '' : createTableSql(table)).tables).toEqual(
      table === undefined ? [] : [table],
    );
  });

  for (const [sql, written] of otherForms) {
    it(`are named as such in ${sql}`, () => {
      const name = written.replace(/[^\w-]|s$/g, '');
      expect(() => parseScript(sql, { catalog: 'main' })).toThrowError(
        TableDefinitionError,
        `Line 1, column ${sql.indexOf(written) + 1}: ${written} looks like a placeholder. Write it as \${${name}}, and ` +
          `set it with --var ${name}=…, or with the option 'variables' of the library.`,
      );
    });
  }
});
