// Bad records do not end a pipeline: they go into a file, and from there into the table once they are corrected.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, map, NEVER, range, tap } from 'rxjs';
import { deadLetters, pull, readDeadLetters, throughZerobus, toZerobus } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

const folder = await mkdtemp(join(tmpdir(), 'zerobus-example-'));
try {
  const path = join(folder, 'air-quality.dead.ndjson');

  await withZerobus(async (workspace) => {
    const watermark$ = range(0, 1000).pipe(
      map((n) => ({ device_name: `sensor-${n % 10}`, temp: n % 300 === 17 ? `${n % 40} °C` : n % 40 })),
      toZerobus(AIR_QUALITY_TABLE, { ...workspace, rejected: deadLetters(path) }),
    );
    console.log(`durable or rejected up to record ${await lastValueFrom(watermark$)}`);

    const corrected$ = pull(readDeadLetters(path), NEVER).pipe(
      tap(({ offset, reason }) => console.log(`record ${offset} was rejected: ${reason}`)),
      throughZerobus(AIR_QUALITY_TABLE, {
        ...workspace,
        row: ({ record }) => String(record).replace(/"(\d+) °C"/, '$1'),
      }),
      tap(({ offset }) => console.log(`record ${offset} is durable now`)),
    );
    await lastValueFrom(corrected$);
  });
} finally {
  await rm(folder, { recursive: true });
}
