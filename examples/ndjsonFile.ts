// A file of lines into a table: read no faster than it becomes durable, whatever its size.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { lastValueFrom, tap } from 'rxjs';
import { ingest, isZerobusError, ndjson } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

const folder = await mkdtemp(join(tmpdir(), 'zerobus-example-'));
try {
  const path = join(folder, 'air-quality.ndjson.gz');
  const lines = Array.from({ length: 20_000 }, (_, n) =>
    JSON.stringify({ device_name: `sensor-${n % 10}`, temp: n % 40 }),
  );
  await writeFile(path, await promisify(gzip)(`${lines.join('\n')}\n`));

  await withZerobus(async (workspace) => {
    const readings = ndjson(path);
    const durable$ = ingest(readings, AIR_QUALITY_TABLE, workspace).pipe(
      tap({
        error: (error) => {
          if (isZerobusError(error)) {
            console.error(`${error.code} near line ${readings.position.line}: ${error.message}`);
          }
        },
      }),
    );
    console.log(`durable up to record ${await lastValueFrom(durable$)}`);
  });
} finally {
  await rm(folder, { recursive: true });
}
