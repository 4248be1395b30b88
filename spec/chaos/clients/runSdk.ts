import { ZerobusSdk } from '../../../lib/sdk/zerobusSdk.ts';
import type { ZerobusStream } from '../../../lib/sdk/zerobusStream.ts';
import { rowOf } from '../chaosTable.ts';
import type { ClientOutcome } from '../clientBooks.ts';
import { type ClientSetting, credentials } from './clientSetting.ts';

/** Sends rows as JSON through a `ZerobusStream`, one by one. */
export async function runSdk({ endpoint, workspaceUrl, ...setting }: ClientSetting): Promise<ClientOutcome> {
  const { source, books, options } = setting;
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  const { clientId, clientSecret } = credentials;
  let stream: ZerobusStream | undefined;
  try {
    stream = await sdk.createStream({ tableName: 'main.chaos.alpha' }, clientId, clientSecret, {
      ...options,
      events: books.events,
    });
    stream.acks$.subscribe({ next: (offset) => books.acknowledge(offset + 1), error: () => undefined });
    for await (const number of source) {
      books.send();
      await stream.ingestRecordOffset(rowOf(number)).catch((error: unknown) => {
        books.withdraw();
        throw error;
      });
    }
    await stream.close();
    return {};
  } catch (error) {
    const unacked = stream?.isClosed === true ? await stream.getUnackedRecords() : [];
    return { error, handedBack: unacked.map((text) => (JSON.parse(String(text)) as { n: number }).n) };
  }
}
