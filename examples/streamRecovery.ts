// Manual recovery: with `recovery: false`, a broken connection ends the stream, and `recreateStream` sends the records
// that are not durable to a new one.
import { isZerobusError, ZerobusSdk, type ZerobusStream } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

await withZerobus(async ({ endpoint, workspaceUrl, clientId, clientSecret }, breakConnections) => {
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  let stream: ZerobusStream = await sdk.createStream({ tableName: AIR_QUALITY_TABLE }, clientId, clientSecret, {
    recovery: false,
  });
  for (let n = 0; n < 1000; n++) {
    await stream.ingestRecordOffset({ device_name: `sensor-${n % 10}`, temp: n % 40, humidity: n });
  }
  breakConnections();
  for (let tries = 1; ; tries++) {
    try {
      await stream.close();
      console.log(`closed: everything is durable, with stream ${tries}`);
      return;
    } catch (error) {
      if (!isZerobusError(error) || !error.isRetryable || tries === 5) {
        throw error;
      }
      const unacked = await stream.getUnackedRecords();
      console.log(`${error.code}: ${unacked.length} records are not durable, sending them to a new stream`);
      stream = await sdk.recreateStream(stream);
    }
  }
});
