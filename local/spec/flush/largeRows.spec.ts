import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readTable } from '../../lib/sql/readTable.ts';
import type { TableCounters } from '../../lib/storage/tableStore.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { largeRowShapes } from './largeRowShapes.ts';

const program = fileURLToPath(new URL('largeRowsProcess.js', import.meta.url));

/** The memory of a machine that is set aside for the store. */
const MOST_MEBIBYTES = 1024;

describe('a flush of large rows', () => {
  const temporaryDirectory = useTemporaryDirectory();

  for (const [name, shape] of Object.entries(largeRowShapes)) {
    it(`stores ${name} within 1 GiB of memory`, async () => {
      const dataDir = join(temporaryDirectory(), 'data');
      const { stdout } = await promisify(execFile)(process.execPath, [program, dataDir, name]);
      const seen = JSON.parse(stdout) as {
        readonly peakMebibytes: number;
        readonly errors: readonly string[];
        readonly counters: TableCounters;
      };
      expect(seen.errors).toEqual([]);
      expect(seen.counters).toEqual(jasmine.objectContaining({ unflushedRows: 0, rejectedRows: 0, version: 1 }));
      expect(seen.peakMebibytes).toBeLessThan(MOST_MEBIBYTES);
      const { rows } = await readTable(join(dataDir, 'tables/main/spec/large'), shape.check);
      expect(rows).toEqual([shape.expected]);
    }, 120_000);
  }
});
