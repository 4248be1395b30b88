// JSON records, one by one: the simplest form. No schema is needed: the service checks each record against the table.
import { ZerobusSdk } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

await withZerobus(async ({ endpoint, workspaceUrl, clientId, clientSecret }) => {
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  const stream = await sdk.createStream({ tableName: AIR_QUALITY_TABLE }, clientId, clientSecret);
  try {
    // Resolves when the record is durable. For many records, see highThroughput.ts.
    const first = await stream.ingestRecord({
      device_name: 'sensor-0',
      temp: 20,
      humidity: 60,
      measured_at: Date.now() * 1000,
    });
    console.log(`record ${first} is durable`);

    // Resolves when the record is accepted. JSON text is sent unchanged.
    let last = first;
    for (let n = 1; n < 100; n++) {
      last = await stream.ingestRecordOffset(
        JSON.stringify({ device_name: `sensor-${n % 10}`, temp: 20 + (n % 15), humidity: 50 + n }),
      );
    }
    await stream.waitForOffset(last);
    console.log(`record ${last} and all records before it are durable`);
  } finally {
    await stream.close();
  }
});
