import fc from 'fast-check';
import { array, bigint, decimal, double, int, map, string, struct } from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import { encodeDescriptorSet } from '../../lib/table/encodeDescriptor.ts';
import type { MessageLayout } from '../../lib/table/messageLayout.ts';
import { protoText } from '../../lib/table/protoText.ts';
import { TableDefinition } from '../../lib/table/tableDefinition.ts';
import { compileByProtoc } from '../support/protoc.ts';
import { sampledTable } from '../support/tableArbitrary.ts';

/** Whether the table has a `.proto`: protoc must have a name for the entry of every map. */
function hasProtoText(definition: TableDefinition<unknown>): boolean {
  try {
    protoText(definition);
    return true;
  } catch {
    return false;
  }
}

function expectSameAsProtoc(definitions: readonly TableDefinition<unknown>[]): void {
  const named = definitions.map((definition, index) => ({ definition, file: `t${index}.proto` }));
  const files = Object.fromEntries(named.map(({ definition, file }) => [file, protoText(definition)]));
  const expected = Buffer.concat(named.map(({ definition, file }) => encodeDescriptorSet(file, definition.message)));
  const made = compileByProtoc(files);
  expect(made.toString('hex')).toBe(expected.toString('hex'));
}

const names = (message: MessageLayout): readonly string[] => message.nested.map(({ name }) => name);

describe('The .proto of a table', () => {
  it('reads well', () => {
    const table = defineTable('main.sales.orders', {
      id: bigint().notNull(),
      customer_name: string(),
      tags: array(string()),
      prices: map(string(), decimal(10, 2)),
      position: struct({ lat: double().notNull(), sources: array(struct({ name: string() })) }),
    });
    expect(protoText(table)).toBe(
      [
        '// The table main.sales.orders.',
        '',
        'syntax = "proto2";',
        '',
        'message SalesOrders {',
        '  message Position {',
        '    required double lat = 1;',
        '    repeated PositionSourcesElement sources = 2;',
        '  }',
        '',
        '  message PositionSourcesElement {',
        '    optional string name = 1;',
        '  }',
        '',
        '  required int64 id = 1;',
        '  optional string customer_name = 2 [json_name = "customer_name"];',
        '  repeated string tags = 3;',
        '  map<string, string> prices = 4;',
        '  optional Position position = 5;',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('has the descriptor that protoc makes from it, for every table', () => {
    let count = 0;
    const tables = fc
      .sample(sampledTable, { numRuns: 120 })
      .map(({ definition }) => definition)
      .filter(hasProtoText)
      // Each gets a name of its own, because protoc puts all files into one pool.
      .map(({ name, columns }) => new TableDefinition({ name: `${name}${count++}`, columns }));
    expect(tables.length).toBeGreaterThan(80);
    expectSameAsProtoc(tables);
  });

  it('has the descriptor that protoc makes from it if names collide', () => {
    const s = struct({ x: int() });
    expectSameAsProtoc([
      defineTable('a.b.shadows', {
        tags: map(string(), s),
        tags_entry: s,
        inner: struct({ tags: map(int(), s), TagsEntry2: s }),
      }),
      defineTable('a.b.fields', { Position: s, position_: s, p: struct({ Position: s }) }),
      defineTable('a.b.keywords', {
        message: s,
        enum: int(),
        extend: s,
        oneof: array(s),
        reserved: int(),
        syntax: string(),
      }),
      defineTable('a.b.numbers', { a: int().numbered(3), b: int().numbered(536_870_911), c: s.numbered(18_999) }),
      defineTable('a.1b.2c', { _: s, __1: s, _1: map(int(), int()) }),
      defineTable('a.b.named', { named: s }, { messageName: 'my_Message' }),
    ]);
  });

  it('does not exist if protoc cannot tell the names of two maps apart, but the descriptor does', () => {
    const table = defineTable('a.b.c', { a_b: map(int(), int()), aB: map(int(), int()) });
    expect(names(table.message)).toEqual(['ABEntry', 'ABEntry2']);
    expect(() => protoText(table)).toThrow(jasmine.objectContaining({ code: 'INVALID_SCHEMA' }));
    expect(() => protoText(table)).toThrowError(
      /Table a\.b\.c: a \.proto cannot contain the map aB, because protoc also derives the name ABEntry from another column\./,
    );
  });
});

describe('The names of messages', () => {
  it('follow from schema and table, and from the path', () => {
    const inner = struct({ x: int() });
    const table = defineTable('main.sales_eu.order_items', {
      position: struct({ last_fix: inner }),
      items: array(inner),
      prices: map(string(), inner),
    });
    expect(table.message.name).toBe('SalesEuOrderItems');
    expect(names(table.message)).toEqual(['Position', 'PositionLastFix', 'ItemsElement', 'PricesValue', 'PricesEntry']);
  });

  it('get a number if they are taken', () => {
    const s = struct({ x: int() });
    expect(names(defineTable('a.b.c', { x_y: s, xY: s, x__y: s }).message)).toEqual(['XY', 'XY2', 'XY3']);
    expect(names(defineTable('a.b.c', { XY: s, x_y: s }).message)).toEqual(['XY2', 'XY3']);
  });

  it('get a leading M if they would begin with a digit', () => {
    expect(defineTable('main.1st.2nd', { x: int() }).message.name).toBe('M1st2nd');
    expect(defineTable('main._._', { x: int() }).message.name).toBe('M');
    expect(names(defineTable('a.b.c', { _1: struct({ x: int() }) }).message)).toEqual(['M1']);
  });
});
