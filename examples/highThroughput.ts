// Many records: let the stream do the batching, and wait once. `acks$` and `stats$` tell how it goes.
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
    console.log(`durable up to record ${durableOffset}, ${inflightRecords} in flight`);
  });
  const startedAt = performance.now();
  try {
    // Resolved at once while there is room for maxInflightRecords, later where there is not: memory stays bounded.
    for (let n = 0; n < RECORDS; n++) {
      await stream.ingestRecordOffset({ device_name: `sensor-${n % 100}`, temp: n % 40, humidity: n });
    }
    await stream.flush();
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(`${RECORDS} records are durable, ${Math.round(RECORDS / seconds)} a second`);
  } finally {
    progress.unsubscribe();
    await stream.close();
  }
});
