// Protobuf records in batches: the descriptor comes from a file, and the records are serialized messages.
import { fileURLToPath } from 'node:url';
import { encodeRow, loadDescriptor, ZerobusSdk } from 'rxjs-zerobus';
import { airQualityTable } from './generated/air_quality.ts';
import { withZerobus } from './support/withZerobus.ts';

await withZerobus(async ({ endpoint, workspaceUrl, clientId, clientSecret }) => {
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  const file = fileURLToPath(new URL('../../examples/generated/air_quality.descriptor', import.meta.url));
  const descriptorProto = loadDescriptor(file, 'ExamplesAirQuality');
  const stream = await sdk.createStream({ tableName: airQualityTable.name, descriptorProto }, clientId, clientSecret);
  try {
    for (let batch = 0; batch < 10; batch++) {
      // Any encoder works. Messages of protobufjs and google-protobuf are also accepted.
      const messages = Array.from({ length: 100 }, (_, n) =>
        encodeRow(airQualityTable, { device_name: `sensor-${n}`, temp: batch }),
      );
      await stream.ingestRecordsOffset(messages);
    }
    await stream.flush();
    console.log('1000 messages are durable');
  } finally {
    await stream.close();
  }
});
