import fc from 'fast-check';
import { definitionFromCatalog } from '../../lib/catalog/definitionFromCatalog.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import type { TableDefinition } from '../../lib/table/tableDefinition.ts';
import { tableModuleText } from '../../lib/table/tableModuleText.ts';
import { sampledTable } from '../support/tableArbitrary.ts';

/** Runs the JavaScript of a generated module, without its import and its type, and returns what it exports. */
function load(text: string): Readonly<Record<string, TableDefinition<unknown>>> {
  expect(text).toMatch(/^import \{ defineTable, type RowOf \} from 'rxjs-zerobus';$/m);
  const [, name = ''] = /^export const (\w+) = /m.exec(text) ?? [];
  const code = text
    .replace(/^import .*$/m, '')
    .replace(/^export type .*$/m, '')
    .replace('export const', 'const');
  return new Function('defineTable', `${code}; return { ${name} };`)(defineTable);
}

function expectSame(loaded: TableDefinition<unknown> | undefined, definition: TableDefinition<unknown>): void {
  expect(loaded?.name).toBe(definition.name);
  expect(loaded?.columns).toEqual(definition.columns);
  expect(loaded?.message).toEqual(definition.message);
}

describe('The module of a table', () => {
  it('reads well', () => {
    const definition = defineTable('main.iot.sensor_readings', (t) => ({
      device: t.string(),
      temp: t.int().notNull(),
      code: t.varchar(8),
      prices: t.map(t.string(), t.decimal(10, 2)),
      items: t.array(t.struct({ lat: t.double().notNull() })),
    }));
    expect(tableModuleText(definition)).toBe(
      [
        '// The table main.iot.sensor_readings, as rxjs-zerobus found it in Unity Catalog.',
        '',
        "import { defineTable, type RowOf } from 'rxjs-zerobus';",
        '',
        '/** The table main.iot.sensor_readings. */',
        "export const sensorReadingsTable = defineTable('main.iot.sensor_readings', (t) => ({",
        '  device: t.string(),',
        '  temp: t.int().notNull(),',
        '  code: t.varchar(8),',
        '  prices: t.map(t.string(), t.decimal(10, 2)),',
        '  items: t.array(t.struct({',
        '    lat: t.double().notNull(),',
        '  })),',
        '}));',
        '',
        '/** A row of main.iot.sensor_readings. */',
        'export type SensorReadingsRow = RowOf<typeof sensorReadingsTable>;',
        '',
      ].join('\n'),
    );
  });

  it('defines the same table again, for every table', () => {
    fc.assert(
      fc.property(sampledTable, ({ definition }) => {
        expectSame(load(tableModuleText(definition))['readingsTable'], definition);
      }),
    );
  });

  it('keeps gaps between numbers, the name of the message, and unusual column names', () => {
    const type = { type_text: 'array<struct<__proto__:int>>' };
    const names = ['__proto__', 'constructor', 'class', 'default', 'string'];
    const given = names.map((name, index) => ({ name, position: index * 2, ...type }));
    const definition = definitionFromCatalog('main.iot.readings', { columns: given }, { messageName: 'My_Message' });
    expect(definition.columns.map(({ name }) => name)).toEqual(names);
    const text = tableModuleText(definition);
    expect(text).toContain('.numbered(3),\n');
    expect(text).toContain("}), { messageName: 'My_Message' });");
    expectSame(load(text)['readingsTable'], definition);
  });

  it('avoids names that are taken', () => {
    const exported = (name: string): string[] =>
      Object.keys(load(tableModuleText(defineTable(name, (t) => ({ x: t.int() })))));
    expect(exported('a.b.define')).toEqual(['defineTable2']);
    expect(exported('a.b.class')).toEqual(['classTable']);
    expect(exported('a.b.2024_data')).toEqual(['m2024DataTable']);
    expect(exported('a.b._')).toEqual(['mTable']);
  });
});
