// JSON records one by one: the simplest way in. No schema is needed, the service checks each record against the table.
import { ZerobusSdk } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

await withZerobus(async ({ endpoint, workspaceUrl, clientId, clientSecret }) => {
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  const stream = await sdk.createStream({ tableName: AIR_QUALITY_TABLE }, clientId, clientSecret);
  try {
    // Resolves once the record is durable. Good for a few; see highThroughput.ts for many.
    const first = await stream.ingestRecord({
      device_name: 'sensor-0',
      temp: 20,
      humidity: 60,
      measured_at: Date.now() * 1000,
    });
    console.log(`record ${first} is durable`);

    // Resolves once the record is accepted. JSON text is taken as it is.
    let last = first;
    for (let n = 1; n < 100; n++) {
      last = await stream.ingestRecordOffset(
        JSON.stringify({ device_name: `sensor-${n % 10}`, temp: 20 + (n % 15), humidity: 50 + n }),
      );
    }
    await stream.waitForOffset(last);
    console.log(`record ${last} is durable, and so are all before it`);
  } finally {
    await stream.close();
  }
});
