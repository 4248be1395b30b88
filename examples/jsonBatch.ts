// JSON records in batches: a batch has one offset and becomes durable as a whole.
import { ZerobusSdk } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

await withZerobus(async ({ endpoint, workspaceUrl, clientId, clientSecret }) => {
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  const stream = await sdk.createStream({ tableName: AIR_QUALITY_TABLE }, clientId, clientSecret);
  try {
    for (let batch = 0; batch < 10; batch++) {
      const records = Array.from({ length: 100 }, (_, n) => ({ device_name: `sensor-${n}`, temp: batch, humidity: n }));
      const offset = await stream.ingestRecordsOffset(records);
      console.log(`batch ${batch}: ${records.length} records accepted, offset ${offset}`);
    }
    console.log(`an empty batch has no offset: ${await stream.ingestRecords([])}`);
    await stream.flush();
    console.log('all batches are durable');
  } finally {
    await stream.close();
  }
});
