import type { TableName } from '../../lib/files/dataPaths.ts';
import { usedTables } from '../../lib/sql/usedTables.ts';

const names = ['main.iot.readings', 'main.iot.sites', 'main.other.readings', 'dev.iot.readings', 'main.iot.Odd "name'];
const tables = names.map((fullName): TableName => {
  const [catalog = '', schema = '', name = ''] = fullName.split('.');
  return { catalog, schema, name };
});

describe('usedTables', () => {
  const queries: Readonly<Record<string, readonly string[]>> = {
    'SELECT 1': [],
    'SELECT * FROM main.iot.readings': ['main.iot.readings'],
    'SELECT * FROM iot.readings': ['main.iot.readings', 'dev.iot.readings'],
    'FROM READINGS': ['main.iot.readings', 'main.other.readings', 'dev.iot.readings'],
    'SELECT r.temp FROM "main" . /* x */ "other".readings r -- sites': ['main.other.readings'],
    "SELECT 'sites' FROM dev.iot.readings JOIN sites USING (site)": ['main.iot.sites', 'dev.iot.readings'],
    'SELECT * FROM main.iot."odd ""name"': ['main.iot.Odd "name'],
    'WITH x AS (FROM sites) SELECT (SELECT max(n) FROM main.other.readings) FROM x': [
      'main.iot.sites',
      'main.other.readings',
    ],
    "FROM query_table('main.iot.sites')": ['main.iot.sites'],
    'PIVOT sites ON a USING sum(b)': ['main.iot.sites'],
    'SHOW ALL TABLES': names,
    'SELECT table_name FROM information_schema.tables': names,
    'SELECT view_name FROM duckdb_views()': names,
    'SELECT * FROM main.iot.reading': [],
  };

  for (const [sql, expected] of Object.entries(queries)) {
    it(`finds ${expected.length} tables in ${sql}`, () => {
      expect(usedTables(sql, tables).map(({ catalog, schema, name }) => `${catalog}.${schema}.${name}`)).toEqual([
        ...expected,
      ]);
    });
  }
});
