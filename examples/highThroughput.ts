// Many records: the stream forms the batches, and the program waits once, at the end. `stats$` shows the progress.
import { throttleTime } from 'rxjs';
import { ZerobusSdk } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

const RECORDS = 100_000;

await withZerobus(async ({ endpoint, workspaceUrl, clientId, clientSecret }) => {
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  const stream = await sdk.createStream({ tableName: AIR_QUALITY_TABLE }, clientId, clientSecret, {
    maxInflightRecords: 50_000,
  });
  const progress = stream.stats$.pipe(throttleTime(100)).subscribe(({ durableOffset, inflightRecords }) => {
    console.log(`${durableOffset + 1} records are durable, ${inflightRecords} are in flight`);
  });
  const startedAt = performance.now();
  try {
    // Resolves at once while fewer than maxInflightRecords are in flight, and later otherwise, so memory is bounded.
    for (let n = 0; n < RECORDS; n++) {
      await stream.ingestRecordOffset({ device_name: `sensor-${n % 100}`, temp: n % 40, humidity: n });
    }
    await stream.flush();
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(`all ${RECORDS} records are durable, ${Math.round(RECORDS / seconds)} per second`);
  } finally {
    progress.unsubscribe();
    await stream.close();
  }
});
