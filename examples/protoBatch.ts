// Protobuf records in batches, serialized beforehand: with a descriptor from a file, records are the bytes of messages.
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
      // Any encoder will do: protobufjs and google-protobuf messages can be given as they are.
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
