// Runs as a process of its own. Leaves a ZerobusStream in the requested way, and must then end by itself.
import { ZerobusSdk } from '../../../lib/sdk/zerobusSdk.ts';
import type { ZerobusStream } from '../../../lib/sdk/zerobusStream.ts';
import { rejectionOf } from '../../support/promises.ts';
import { READINGS_TABLE, startServer } from '../../support/startServer.ts';

const { server, connection } = await startServer();
const { endpoint, workspaceUrl, clientId, clientSecret } = connection;
const sdk = new ZerobusSdk(endpoint, workspaceUrl);
const open = (options = {}): Promise<ZerobusStream> =>
  sdk.createStream({ tableName: READINGS_TABLE }, clientId, clientSecret, { recoveryBackoffMs: 1, ...options });
const row = { device: 'a', temp: 1 };

const ways: Record<string, () => Promise<unknown>> = {
  'after a close': async () => {
    await using stream = await open();
    for (let count = 0; count < 1000; count++) {
      await stream.ingestRecordOffset(row);
    }
  },
  'after a creation that was refused': () => {
    server.faults.refuseStreams({ code: 3 });
    return rejectionOf(open());
  },
  'after a creation without an answer': () => {
    server.faults.hangStreams();
    return rejectionOf(open({ recoveryTimeoutMs: 50, recoveryRetries: 1 }));
  },
  'after a creation without a token': () => {
    server.faults.failTokenRequests({ httpStatus: 503 });
    return rejectionOf(open());
  },
  'after a failure, with waits of all kinds': async () => {
    server.faults.dropAcks();
    const stream = await open({ recovery: false, maxInflightRecords: 1 });
    const waits = [
      stream.ingestRecord(row),
      stream.ingestRecordOffset(row).then(() => stream.ingestRecord(row)),
      stream.waitForOffset(0),
      stream.flush(),
      stream.close(),
    ].map(rejectionOf);
    server.faults.closeStreams({ code: 13 });
    await Promise.all(waits);
  },
  'after a wait that timed out, and a close': async () => {
    server.faults.dropAcks({ times: 1 });
    const stream = await open({ flushTimeoutMs: 50 });
    const offset = await stream.ingestRecordOffset(row);
    await rejectionOf(stream.waitForOffset(offset));
    await stream.ingestRecord(row);
    await stream.close();
  },
};

const way = ways[process.argv[2] ?? ''];
if (way === undefined) {
  throw new Error(`no such way, there are: ${Object.keys(ways).join(', ')}`);
}
await way();
server.faults.clear();
await server.close();
console.log('closed');
