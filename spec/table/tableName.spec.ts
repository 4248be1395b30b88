import fc from 'fast-check';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { parseTableName } from '../../lib/table/tableName.ts';
import { thrownBy } from '../support/thrownBy.ts';

describe('parseTableName', () => {
  it('splits a name into catalog, schema and table', () => {
    expect(parseTableName('main.iot_2.Readings')).toEqual({
      catalog: 'main',
      schema: 'iot_2',
      table: 'Readings',
      fullName: 'main.iot_2.Readings',
    });
  });

  it('accepts every name of letters, digits and underscores', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_]{1,40}$/);
    fc.assert(
      fc.property(part, part, part, (catalog, schema, table) => {
        const fullName = `${catalog}.${schema}.${table}`;
        expect(parseTableName(fullName)).toEqual({ catalog, schema, table, fullName });
      }),
    );
  });

  it('refuses every other name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/^\w+\.\w+\.\w+$/.test(text));
        const error = thrownBy(() => parseTableName(text));
        expect(error).toBeInstanceOf(ZerobusError);
        expect(error).toEqual(jasmine.objectContaining({ code: 'INVALID_TABLE_NAME', isRetryable: false }));
      }),
    );
  });

  const mistakes: readonly [string, string, string][] = [
    ['two parts', 'iot.readings', 'Invalid table name "iot.readings": expected catalog.schema.table, got 2 parts.'],
    ['four parts', 'a.b.c.d', 'Invalid table name "a.b.c.d": expected catalog.schema.table, got 4 parts.'],
    ['nothing', '', 'Invalid table name "": expected catalog.schema.table, got 1 part.'],
    ['an empty schema', 'main..readings', 'Invalid table name "main..readings": the schema is empty.'],
    [
      'a hyphen',
      'main.iot.my-table',
      'Invalid table name "main.iot.my-table": the table "my-table" contains "-". Only ASCII letters, digits and underscores are allowed.',
    ],
    [
      'backquotes',
      'main.`iot`.readings',
      'Invalid table name "main.`iot`.readings": the schema "`iot`" contains "`". Only ASCII letters, digits and underscores are allowed.',
    ],
    [
      'a letter beyond ASCII',
      'main.iot.größe',
      'Invalid table name "main.iot.größe": the table "größe" contains "ö". Only ASCII letters, digits and underscores are allowed.',
    ],
    [
      'a line break at the end',
      'main.iot.readings\n',
      'Invalid table name "main.iot.readings\\n": the table "readings\\n" contains "\\n". Only ASCII letters, digits and underscores are allowed.',
    ],
  ];
  for (const [what, text, message] of mistakes) {
    it(`says what is wrong with ${what}`, () => {
      expect(() => parseTableName(text)).toThrowMatching((error: Error) => error.message === message);
    });
  }

  it('shortens a long name in the message', () => {
    expect(String(thrownBy(() => parseTableName('x'.repeat(1e6)))).length).toBeLessThan(400);
  });

  it('refuses a value that is not a string', () => {
    expect(() => parseTableName(undefined as never)).toThrowError(
      /^Invalid table name: expected catalog\.schema\.table, got undefined\.$/,
    );
  });
});
