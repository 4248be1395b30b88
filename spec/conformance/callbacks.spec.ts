import { nextTurn, rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack } from '../support/scriptedTransport.ts';
import { reading, type SdkServer, startSdkServer } from '../support/sdkServer.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** A callback that records its calls, and a promise that resolves after `count` calls. */
function recordingCallback(count = Number.POSITIVE_INFINITY): {
  readonly onAck: (offset: number) => void;
  readonly onError: (offset: number, error: Error) => void;
  readonly told: string[];
  readonly complete: Promise<void>;
} {
  const told: string[] = [];
  let resolve: () => void = () => {};
  const complete = new Promise<void>((done) => {
    resolve = done;
  });
  const note = (text: string): void => {
    if (told.push(text) === count) {
      resolve();
    }
  };
  return {
    told,
    complete,
    onAck: (offset) => note(`ack ${offset}`),
    onError: (offset, error) => note(`error ${offset}: ${error.message}`),
  };
}

describe('Conformance, callbacks', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  it('callbacks_on_successful_acks: each offset once, in order', async () => {
    const ackCallback = recordingCallback(3000);
    const stream = await world.open({ ackCallback });
    for (const n of upTo(3000)) {
      void stream.ingestRecordOffset(reading(n));
    }
    await ackCallback.complete;
    await stream.close();
    await nextTurn();
    expect(ackCallback.told).toEqual(upTo(3000).map((offset) => `ack ${offset}`));
  });

  it('callbacks_on_stream_errors: the callback gets the error for each offset that is not durable', async () => {
    const ackCallback = recordingCallback(4);
    const stream = await world.open({ ackCallback, recovery: false });
    await stream.ingestRecord(reading(0));
    world.server.faults.dropAcks();
    const submissions = [
      rejectionOf(stream.ingestRecord(reading(1))),
      rejectionOf(stream.ingestRecords([reading(2), reading(3)])),
      rejectionOf(stream.ingestRecord(reading(4))),
    ];
    world.server.faults.closeStreams({ code: 13, message: 'lost' });
    await Promise.all(submissions);
    await ackCallback.complete;
    expect(ackCallback.told).toEqual(['ack 0', 'error 1: lost', 'error 2: lost', 'error 3: lost']);
  });

  it('callbacks_with_batches: one call per batch', async () => {
    const ackCallback = recordingCallback(2);
    const stream = await world.open({ ackCallback });
    await stream.ingestRecords(upTo(100).map(reading));
    await stream.ingestRecords(upTo(100).map(reading));
    await ackCallback.complete;
    await stream.close();
    await nextTurn();
    expect(ackCallback.told).toEqual(['ack 0', 'ack 1']);
  });

  it('callback_called_per_offset: even if one ack covers many', async () => {
    const service = new ScriptedService();
    const ackCallback = recordingCallback();
    const stream = await service.open({ ackCallback });
    for (const n of upTo(3)) {
      void stream.ingestRecordOffset({ n });
      service.advance();
    }
    service.send(ack(2));
    await nextTurn();
    expect(ackCallback.told).toEqual(['ack 0', 'ack 1', 'ack 2']);
  });
});
