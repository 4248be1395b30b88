import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonRecordReader } from '../../lib/records/json/jsonRecordReader.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { columnRules } from '../support/columnRules.ts';
import { jsonSpans } from '../support/recordSpansOf.ts';

describe('Records that are accepted', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'zerobus-local-spec-'));
  });

  afterEach(() => rm(dataDir, { recursive: true }));

  it('can all be stored, whatever their type, so no acknowledged row is rejected later', async () => {
    const tables = Object.keys(columnRules).map((type, index) => ({
      definition: parseCreateTable(`CREATE TABLE main.types.t${index} (n INT, a ${type})`),
      type,
      good: columnRules[type]?.good ?? [],
    }));
    const errors: string[] = [];
    const store = await openTableStore({
      dataDir,
      tables: tables.map(({ definition }) => definition),
      onError: (error) => errors.push(error.message),
    });
    try {
      await Promise.all(
        tables.map(({ definition, good }, index) => {
          const records = jsonSpans(good.map((value, n) => `{"n":${n},"a":${value}}`));
          return store.append(
            `main.types.t${index}`,
            new JsonRecordReader(definition.columns).toRowLines(records),
            good.length,
          );
        }),
      );
      await store.flush();

      expect(errors).toEqual([]);
      for (const [index, { type, good }] of tables.entries()) {
        const { rows } = await readTable(
          store.tablePath(`main.types.t${index}`),
          'SELECT n FROM this WHERE a IS NOT NULL ORDER BY n',
        );
        const notNull = good.flatMap((value, n) => (value === 'null' ? [] : [n]));
        expect(rows.map(([n]) => n))
          .withContext(type)
          .toEqual(notNull);
      }
    } finally {
      await store.close();
    }
  });
});
