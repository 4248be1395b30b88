import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { StreamConfigurationOptions } from '../../lib/sdk/zerobusSdk.ts';
import type { ZerobusStream } from '../../lib/sdk/zerobusStream.ts';
import { isSettled, rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack, closeSignal, created } from '../support/scriptedTransport.ts';

describe('Conformance, the close signal of the service', () => {
  let service: ScriptedService;

  beforeEach(() => {
    service = new ScriptedService();
  });

  /** Creates a stream with the records 0 and 1 in flight, which the service will close in 1,000 ms. */
  async function signalled(options: StreamConfigurationOptions = {}): Promise<ZerobusStream> {
    const stream = await service.open(options);
    for (const n of [0, 1]) {
      void stream.ingestRecordOffset({ n });
      service.advance();
    }
    service.send(closeSignal(1000));
    expect(stream.stats.state).toBe('paused');
    return stream;
  }

  /**
   * Returns how long the client waits for acks before its next connection, which is created and acknowledges
   * everything.
   */
  function waitedMs(): number {
    for (let ms = 0; ; ms += 100) {
      if (service.connectionCount === 2) {
        return ms;
      }
      service.advance(100);
    }
  }

  const replayed = (ms: number): string[] => [`${ms} batch 0: {"n":0}`, `${ms} batch 1: {"n":1}`];

  it('default_graceful_close_waits_for_full_server_duration: and sends unacknowledged records again', async () => {
    await signalled();
    expect(waitedMs()).toBe(1000);
    service.send(created());
    expect(service.seen.slice(-2)).toEqual(replayed(1000));
  });

  it('immediate_recovery_on_close_signal: with streamPausedMaxWaitTimeMs 0', async () => {
    await signalled({ streamPausedMaxWaitTimeMs: 0 });
    expect(waitedMs()).toBe(0);
    service.send(created());
    expect(service.seen.slice(-2)).toEqual(replayed(0));
  });

  it('client_max_less_than_server: the client reconnects first', async () => {
    await signalled({ streamPausedMaxWaitTimeMs: 300 });
    expect(waitedMs()).toBe(300);
  });

  it('client_max_greater_than_server: the time of the service applies', async () => {
    await signalled({ streamPausedMaxWaitTimeMs: 5000 });
    expect(waitedMs()).toBe(1000);
  });

  it('early_recovery_all_acks_received: at once when nothing is in flight any more, with a half-close', async () => {
    const stream = await signalled();
    service.advance(200);
    service.send(ack(1));
    expect(service.seen.at(-1)).toBe('200 half-close');
    service.end();
    service.advance();
    expect(service.connectionCount).toBe(2);
    service.send(created());
    expect([stream.stats.state, stream.stats.durableOffset, service.seen.at(-1)]).toEqual([
      'open',
      1,
      '200 create main.iot.readings',
    ]);
  });

  it('buffered_records_during_pause: are accepted, and sent on the next connection', async () => {
    const stream = await signalled();
    const offset = await stream.ingestRecordOffset({ n: 2 });
    const durable = stream.waitForOffset(offset);
    service.advance();
    expect([offset, service.seen.filter((line) => line.includes('"n":2')).length]).toEqual([2, 0]);
    service.send(ack(1));
    service.end();
    service.advance();
    service.send(created());
    service.advance();
    expect(service.seen.at(-1)).toBe('0 batch 0: {"n":2}');
    expect(await isSettled(durable)).toBeFalse();
    service.send(ack(0));
    await durable;
  });

  it('error_during_graceful_close: the announced end is not a failure, whatever its status', async () => {
    const stream = await signalled({ recovery: false });
    service.send(ack(0));
    service.fail(new ZerobusError('UNAVAILABLE', 'Stream timeout reached. Error Code: 6002'));
    service.advance();
    service.send(created());
    expect([stream.stats.state, service.seen.at(-1)]).toEqual(['open', '0 batch 0: {"n":1}']);
  });

  it('error_during_graceful_close: an error that a new connection cannot fix is a failure', async () => {
    const stream = await signalled();
    const flushed = rejectionOf(stream.flush());
    service.fail(new ZerobusError('PERMISSION_DENIED', 'grant revoked'));
    expect((await flushed).message).toBe('grant revoked');
    expect(await stream.getUnackedRecords()).toEqual(['{"n":0}', '{"n":1}']);
  });
});
