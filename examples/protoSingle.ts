// Protobuf records, one by one, with a definition that `rxjs-zerobus schema` generated: see generated/ and README.md.
import { ZerobusSdk } from 'rxjs-zerobus';
import { type AirQualityRow, airQualityTable } from './generated/air_quality.ts';
import { withZerobus } from './support/withZerobus.ts';

await withZerobus(async ({ endpoint, workspaceUrl, clientId, clientSecret }) => {
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  // The definition has the descriptor and the encoder, and the compiler knows the type of a row.
  const stream = await sdk.createStream(airQualityTable, clientId, clientSecret);
  try {
    for (let n = 0; n < 100; n++) {
      const row: AirQualityRow = {
        device_name: `sensor-${n % 10}`,
        temp: 20 + (n % 15),
        humidity: BigInt(50 + n),
        measured_at: new Date(),
      };
      await stream.ingestRecordOffset(row);
    }
    await stream.flush();
    console.log('100 rows are durable');
  } finally {
    await stream.close();
  }
});
