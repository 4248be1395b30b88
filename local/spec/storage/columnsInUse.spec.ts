import { writeFile } from 'node:fs/promises';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { sqlTypeText } from '../../lib/schema/sqlTypeText.ts';
import { columnsInUse } from '../../lib/storage/columnsInUse.ts';
import { encodeFrameHeader } from '../../lib/wal/frame.ts';
import { segmentPath } from '../../lib/wal/segment.ts';
import { useTemporaryDirectory } from './temporaryDirectory.ts';

describe('columnsInUse', () => {
  const temporaryDirectory = useTemporaryDirectory();

  async function inUse(ddl: string, ...rows: readonly object[]): Promise<readonly string[]> {
    const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const identity = { number: 0, id: '01234567-89ab-4def-8123-456789abcdef' };
    const path = segmentPath(temporaryDirectory(), identity);
    const content = Buffer.concat([encodeFrameHeader([lines], rows.length), lines]);
    await writeFile(path, content);
    const bytes = content.length;
    const segment = { ...identity, path, bytes, rows: rows.length, largestFrameBytes: bytes };
    const columns = await columnsInUse(parseCreateTable(`CREATE TABLE a.b.c (${ddl})`).columns, [segment]);
    return columns.map(({ name, type, nullable }) => `${name} ${sqlTypeText(type)}${nullable ? '' : ' not null'}`);
  }

  it('omits columns and fields that no row has, and marks those that every row has', async () => {
    expect(
      await inUse(
        'a INT, b STRING, c STRUCT<x: INT, y: INT>, d ARRAY<STRUCT<x: INT, y: INT>>, e MAP<STRING, STRUCT<x: INT, y: INT>>',
        { a: 1, b: null, c: { x: 1 }, d: [{ y: 1 }], e: { k: { x: 1 } } },
        { a: 2, c: { x: null }, d: null, e: {} },
      ),
    ).toEqual([
      'a int not null',
      'c struct<x:int> not null',
      'd array<struct<y:int>>',
      'e map<string,struct<x:int>> not null',
    ]);
  });
});
