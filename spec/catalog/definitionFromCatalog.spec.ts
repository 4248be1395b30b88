import { definitionFromCatalog } from '../../lib/catalog/definitionFromCatalog.ts';
import { thrownBy } from '../support/thrownBy.ts';

/** Returns the columns of a definition from columns in the form of Unity Catalog. */
function columnsOf(...columns: readonly object[]): ReturnType<typeof definitionFromCatalog>['columns'] {
  return definitionFromCatalog('main.iot.readings', { columns }).columns;
}

function typeOf(column: object): unknown {
  return columnsOf({ name: 'x', position: 0, ...column })[0]?.type;
}

function problem(column: object): string {
  const error = thrownBy(() => columnsOf({ name: 'x', position: 0, nullable: false, ...column }));
  expect(error).toEqual(jasmine.objectContaining({ code: 'INVALID_SCHEMA', isRetryable: false }));
  return (error as Error).message;
}

const field = (type: unknown, more: object = {}): string =>
  JSON.stringify({ name: 'x', type, nullable: true, metadata: {}, ...more });

describe('A definition from Unity Catalog', () => {
  it('numbers fields by position, keeps gaps, omits negative positions, and sorts', () => {
    const type = { type_json: '"string"', type_text: 'string' };
    const columns = columnsOf(
      { name: 'late', position: 9, ...type },
      { name: 'first', position: 0, ...type },
      { name: 'hidden', position: -1, ...type },
      { name: 'third', position: 2, ...type },
    );
    expect(columns.map(({ name, fieldNumber }) => [name, fieldNumber])).toEqual([
      ['first', 1],
      ['third', 3],
      ['late', 10],
    ]);
  });

  it('names a type that is nested too deeply, whatever it is nested in', () => {
    const depth = 100_000;
    const nested = (before: string, inner: string, after: string): string =>
      `${before.repeat(depth)}${inner}${after.repeat(depth)}`;
    for (const column of [
      { type_json: nested('{"type":"array","elementType":', '"int"', '}') },
      { type_json: nested('{"type":"map","keyType":"string","valueType":', '"int"', '}') },
      { type_json: nested('{"type":"struct","fields":[{"name":"a","type":', '"int"', '}]}') },
      { type_json: nested('[', '', ']') },
      { type_json: `{"type":"array","elementType":${nested('{"x":', '1', '}')}}` },
      { type_name: 'DECIMAL', type_precision: 10, type_scale: JSON.parse(nested('[', '', ']')) },
    ]) {
      expect(problem(column)).toMatch(/^Invalid table main\.iot\.readings: column x: the type .* cannot be written/);
    }
  });

  it('makes columns nullable unless the answer says otherwise', () => {
    const columns = columnsOf(
      { name: 'a', type_json: '"string"' },
      { name: 'b', type_json: '"string"', nullable: false },
      { name: 'c', type_json: field('string', { nullable: false }) },
      { name: 'd', type_json: field('string', { nullable: false }), nullable: true },
      { name: 'e', type_text: 'string', nullable: null },
    );
    expect(columns.map(({ isNullable }) => isNullable)).toEqual([true, false, false, true, true]);
  });

  const types: readonly (readonly [json: unknown, text: string, name: string, expected: unknown])[] = [
    ['byte', 'tinyint', 'BYTE', { kind: 'tinyint' }],
    ['short', 'smallint', 'SHORT', { kind: 'smallint' }],
    ['integer', 'int', 'INT', { kind: 'int' }],
    ['long', 'bigint', 'LONG', { kind: 'bigint' }],
    ['float', 'float', 'FLOAT', { kind: 'float' }],
    ['double', 'double', 'DOUBLE', { kind: 'double' }],
    ['boolean', 'boolean', 'BOOLEAN', { kind: 'boolean' }],
    ['string', 'string', 'STRING', { kind: 'string' }],
    ['binary', 'binary', 'BINARY', { kind: 'binary' }],
    ['date', 'date', 'DATE', { kind: 'date' }],
    ['timestamp', 'timestamp', 'TIMESTAMP', { kind: 'timestamp' }],
    ['timestamp_ntz', 'timestamp_ntz', 'TIMESTAMP_NTZ', { kind: 'timestampNtz' }],
    ['variant', 'variant', 'VARIANT', { kind: 'variant' }],
  ];
  for (const [json, text, name, expected] of types) {
    it(`reads ${name} from type_json, type_text or type_name alone`, () => {
      const forms = [
        { type_json: JSON.stringify(json) },
        { type_json: field(json) },
        { type_text: text },
        { type_text: text.toUpperCase() },
        { type_name: name },
      ];
      for (const form of forms) {
        expect(typeOf(form)).withContext(JSON.stringify(form)).toEqual(expected);
      }
    });
  }

  it('reads DECIMAL in every form', () => {
    const expected = { kind: 'decimal', precision: 12, scale: 3 };
    expect(typeOf({ type_json: '"decimal(12,3)"' })).toEqual(expected);
    expect(typeOf({ type_text: 'DECIMAL(12, 3)' })).toEqual(expected);
    expect(typeOf({ type_name: 'DECIMAL', type_precision: 12, type_scale: 3 })).toEqual(expected);
    expect(typeOf({ type_text: 'decimal' })).toEqual({ kind: 'decimal', precision: 10, scale: 0 });
  });

  it('reads nested types from type_json and the lengths of texts from type_text', () => {
    const json = {
      type: 'struct',
      fields: [
        {
          name: 'a',
          type: { type: 'array', elementType: 'string', containsNull: true },
          nullable: false,
          metadata: {},
        },
        {
          name: 'm',
          type: { type: 'map', keyType: 'long', valueType: 'string', valueContainsNull: true },
          metadata: {},
        },
      ],
    };
    const expected = (text: object): unknown => ({
      kind: 'struct',
      fields: [
        { name: 'a', type: { kind: 'array', element: text }, isNullable: false },
        { name: 'm', type: { kind: 'map', key: { kind: 'bigint' }, value: text }, isNullable: true },
      ],
    });
    expect(typeOf({ type_json: JSON.stringify(json) })).toEqual(expected({ kind: 'string' }));
    expect(
      typeOf({ type_json: field(json), type_text: 'struct<a:array<varchar(7)>,m:map<bigint,varchar(7)>>' }),
    ).toEqual(expected({ kind: 'varchar', length: 7 }));
    expect(
      typeOf({ type_text: "struct<`a`: array<varchar(7)> not null comment 'it\\'s', m map<bigint,varchar(7)>>" }),
    ).toEqual(expected({ kind: 'varchar', length: 7 }));
    expect(typeOf({ type_json: field(json), type_text: 'struct<what is this' })).toEqual(expected({ kind: 'string' }));
  });

  it('reads a declared length from the metadata of type_json', () => {
    const metadata = { __CHAR_VARCHAR_TYPE_STRING: 'varchar(5)' };
    expect(typeOf({ type_json: field('string', { metadata }) })).toEqual({ kind: 'varchar', length: 5 });
  });

  it('reads text with a collation', () => {
    expect(typeOf({ type_json: '"string collate UTF8_LCASE"', type_text: 'string collate UTF8_LCASE' })).toEqual({
      kind: 'string',
    });
  });

  const refused: readonly (readonly [object, string])[] = [
    [
      { type_json: '"interval day to second"' },
      'column x: the type interval day to second cannot be written through Zerobus in protobuf',
    ],
    [{ type_text: 'interval year' }, 'the type interval year'],
    [{ type_name: 'INTERVAL' }, 'the type INTERVAL'],
    [{ type_name: 'TABLE_TYPE' }, 'the type TABLE_TYPE'],
    [{ type_text: 'char(5)', type_json: '"string"' }, 'the type char(5)'],
    [{ type_json: field('string', { metadata: { __CHAR_VARCHAR_TYPE_STRING: 'char(5)' } }) }, 'the type char(5)'],
    [{ type_text: 'array<geography(4326)>' }, 'the type geography'],
    [{ type_text: 'array<int' }, 'the type array<int '],
    [{ type_text: 'int int' }, 'the type int int'],
    [{ type_text: 'decimal(1,2,3)' }, 'the type decimal(1,2,3)'],
    [{ type_text: 'constructor' }, 'the type constructor'],
    [{ type_json: '{"type":"udt","class":"org.Foo"}' }, 'the type {"type":"udt","class":"org.Foo"}'],
    [{ type_json: '{"type":"array"}' }, 'the type nothing'],
    [{ type_json: '{"type":"struct","fields":[{"type":"long"}]}' }, 'the type {"type":"struct"'],
    [{}, 'the type without a name'],
    [{ type_text: 'array<array<int>>' }, 'column x: ARRAY<ARRAY<INT>>: protobuf cannot nest arrays in arrays'],
    [{ type_text: 'array<map<int,int>>' }, 'cannot nest maps in arrays'],
    [{ type_text: 'map<int,map<int,int>>' }, 'cannot nest maps in maps'],
    [{ type_text: 'map<int,array<int>>' }, 'cannot nest arrays in maps'],
    [{ type_text: 'map<double,int>' }, 'column x: a MAP cannot have keys of type DOUBLE'],
    [{ type_text: 'map<struct<a:int>,int>' }, 'keys of type STRUCT<a: INT>'],
    [
      { type_text: `${'array<struct<a:'.repeat(60)}int${'>>'.repeat(60)}` },
      'types can be nested at most 100 levels deep.',
    ],
    [{ type_text: `${'array<'.repeat(5000)}int${'>'.repeat(5000)}` }, 'column x: '],
    [{ name: 'größe', type_text: 'int' }, 'column "größe": a name must consist of ASCII letters'],
    [{ name: '1st', type_text: 'int' }, 'column "1st": a name'],
    [{ name: 7, type_text: 'int' }, 'the column at position 0 has no name'],
    [{ position: '0', type_text: 'int' }, 'column x: its position is not a number'],
    [{ position: 19_000, type_text: 'int' }, 'column x: protobuf reserves the field numbers 19000 to 19999'],
  ];
  for (const [column, expected] of refused) {
    it(`refuses ${JSON.stringify(column).slice(0, 80)}, naming the column`, () => {
      expect(problem(column)).toContain(expected.trimEnd());
      expect(problem(column)).toMatch(/^Invalid table main\.iot\.readings: /);
      expect(problem(column).length).toBeLessThan(500);
    });
  }

  it('omits a nullable column that cannot be written, with a warning', () => {
    const warnings = spyOn(process, 'emitWarning');
    const unwritable: readonly (readonly [object, RegExp])[] = [
      [{ name: 'y', type_text: 'interval day' }, /: column y: the type interval day cannot be written/],
      [{ name: 'y', type_text: 'array<array<int>>' }, /column y: ARRAY<ARRAY<INT>>: protobuf cannot nest/],
      [{ name: 'größe', type_text: 'int' }, /column "größe": a name must consist of/],
      [{ name: 'y', type_text: 'map<double,int>', nullable: true }, /column y: a MAP cannot have keys/],
      [{ name: 'y', type_text: 'geography(4326)' }, /the type geography/],
    ];
    for (const [column, message] of unwritable) {
      const columns = columnsOf({ name: 'a', type_text: 'int' }, column, { name: 'z', type_text: 'int' });
      expect(columns.map(({ name, fieldNumber }) => [name, fieldNumber])).toEqual([
        ['a', 1],
        ['z', 3],
      ]);
      expect(warnings.calls.mostRecent().args).toEqual([
        jasmine.stringMatching(message),
        { type: 'ZerobusWarning', code: 'COLUMN_OMITTED' } as unknown as NodeJS.Process,
      ] as never);
    }
    expect(() => columnsOf({ name: 'y', type_text: 'interval day' })).toThrowError(
      'Invalid table main.iot.readings: none of its columns can be written: column y: the type interval day cannot be written through Zerobus in protobuf.',
    );
    expect(warnings).toHaveBeenCalledTimes(unwritable.length);
  });

  it('ignores a hidden column that cannot be written', () => {
    const hidden = { name: 'y', type_text: 'interval day', position: -1, nullable: false };
    expect(columnsOf({ name: 'a', type_text: 'int', position: 1 }, hidden)).toHaveSize(1);
  });

  it('takes the columns that were asked for, in the order of the table', () => {
    const columns = [
      { name: 'a', type_text: 'int', nullable: false },
      { name: 'B', type_text: 'int' },
      { name: 'c', type_text: 'interval day' },
    ];
    const take = (...names: string[]): readonly string[] =>
      definitionFromCatalog('a.b.c', { columns }, { columns: names }).columns.map(({ name }) => name);
    expect(take('b', 'A')).toEqual(['a', 'B']);
    expect(() => take('a', 'd')).toThrowError('a.b.c has no column d. Its columns are a, B, c.');
    expect(() => take('b')).toThrowError('columns must include a, since NULL is not allowed there.');
    expect(() => take('a', 'c')).toThrowError(/column c: the type interval day/);
  });

  it('demands no identity or generated column of a row', () => {
    const computed = (metadata: object): object => ({
      name: 'id',
      type_json: field('long', { nullable: false, metadata }),
      nullable: false,
    });
    for (const metadata of [
      { 'delta.identity.start': 1, 'delta.identity.step': 1, 'delta.identity.allowExplicitInsert': false },
      { 'delta.generationExpression': 'CAST(at AS DATE)' },
    ]) {
      expect(columnsOf(computed(metadata))[0]?.isNullable).toBeTrue();
    }
    expect(columnsOf(computed({ comment: 'delta.identity.start' }))[0]?.isNullable).toBeFalse();
  });

  it('numbers columns in the order of the list if positions are missing, null or all 0', () => {
    for (const position of [undefined, null, 0]) {
      const columns = columnsOf({ name: 'b', type_text: 'int', position }, { name: 'a', type_text: 'int', position });
      expect(columns.map(({ name, fieldNumber }) => [name, fieldNumber])).toEqual([
        ['b', 1],
        ['a', 2],
      ]);
    }
    expect(columnsOf({ name: 'a', type_text: 'int', position: 3 })[0]?.fieldNumber).toBe(4);
  });

  it('calls a view a view', () => {
    const columns = [{ name: 'a', type_text: 'int' }];
    for (const [type, called] of [
      ['VIEW', 'VIEW'],
      ['MATERIALIZED_VIEW', 'MATERIALIZED VIEW'],
    ]) {
      expect(() => definitionFromCatalog('a.b.c', { columns, table_type: type })).toThrowError(
        `Invalid table a.b.c: it is a ${called}, and rows can be written into tables only.`,
      );
    }
    expect(definitionFromCatalog('a.b.c', { columns, table_type: 'MANAGED' }).columns).toHaveSize(1);
  });

  it('refuses an answer without columns', () => {
    const act = (): unknown => definitionFromCatalog('main.iot.readings', { columns: {} });
    expect(act).toThrowError('Invalid table main.iot.readings: the answer of Unity Catalog has no columns.');
    expect(() => columnsOf()).toThrowError('Invalid table main.iot.readings: it has no columns.');
    expect(() =>
      definitionFromCatalog('a.b.c', { columns: [{ name: 'x', type_text: 'int' }] }, { messageName: 'a b' }),
    ).toThrowError(/messageName must consist of letters/);
  });
});
