// JSON records in batches: one offset for many records, durable as a whole or not at all.
import { ZerobusSdk } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

await withZerobus(async ({ endpoint, workspaceUrl, clientId, clientSecret }) => {
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  const stream = await sdk.createStream({ tableName: AIR_QUALITY_TABLE }, clientId, clientSecret);
  try {
    for (let batch = 0; batch < 10; batch++) {
      const records = Array.from({ length: 100 }, (_, n) => ({ device_name: `sensor-${n}`, temp: batch, humidity: n }));
      const offset = await stream.ingestRecordsOffset(records);
      console.log(`batch of ${records.length} records accepted under offset ${offset}`);
    }
    console.log(`a batch without records uses no offset: ${await stream.ingestRecords([])}`);
    await stream.flush();
    console.log('all of them are durable');
  } finally {
    await stream.close();
  }
});
