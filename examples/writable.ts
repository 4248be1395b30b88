// A Node stream into a table: pipeline() reads a file, cuts it into records, and resolves when every row is durable.
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { zerobusWritable } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

/** Makes records of the lines of a file: `sensor-1;21`. */
async function* toRecords(chunks: NodeJS.ReadableStream): AsyncGenerator<object> {
  for await (const line of createInterface({ input: chunks })) {
    const [name, temp] = line.split(';');
    yield { device_name: name, temp: Number(temp) };
  }
}

const folder = await mkdtemp(join(tmpdir(), 'zerobus-example-'));
try {
  const path = join(folder, 'air-quality.csv');
  await writeFile(path, Array.from({ length: 20_000 }, (_, n) => `sensor-${n % 10};${n % 40}\n`).join(''));

  await withZerobus(async (workspace) => {
    const table = zerobusWritable(AIR_QUALITY_TABLE, workspace);
    try {
      await pipeline(createReadStream(path), toRecords, table);
      console.log(`durable up to record ${table.durableOffset}`);
    } catch (error) {
      // Whatever ended it: the file, the records or the service.
      console.error(error, `${table.unacked.length} records are not durable`);
    }
  });
} finally {
  await rm(folder, { recursive: true });
}
