import { TableStoreError } from '../../lib/errors.ts';
import { fullTableName } from '../../lib/schema/deltaType.ts';
import { findNamed } from '../../lib/storage/findNamed.ts';
import type { FoundTable } from '../../lib/storage/findTables.ts';

describe('findNamed', () => {
  const found = ['main.iot.readings', 'dev.iot.readings', 'lab.iot.sites', 'lab.sites.probes'].map((fullName) => {
    const [catalog = '', schema = '', name = ''] = fullName.split('.');
    return { name: { catalog, schema, name } } as FoundTable;
  });

  for (const [given, expected] of [
    ['main.iot.readings', 'main.iot.readings'],
    ['DEV.Iot.Readings', 'dev.iot.readings'],
    ['sites', 'lab.iot.sites'],
    ['IOT.sites', 'lab.iot.sites'],
    ['probes', 'lab.sites.probes'],
    ['ites', undefined],
    ['lab.iot', undefined],
    ['', undefined],
  ] as const) {
    it(`finds ${expected ?? 'no table'} by ${JSON.stringify(given)}`, () => {
      const table = findNamed(found, given);
      expect(table && fullTableName(table.name)).toBe(expected);
    });
  }

  it('names the candidates of a short name that several tables have', () => {
    for (const given of ['readings', 'iot.Readings']) {
      expect(() => findNamed(found, given)).toThrowError(
        TableStoreError,
        `${given} is ambiguous: it can be main.iot.readings or dev.iot.readings. Use the full name.`,
      );
    }
  });
});
