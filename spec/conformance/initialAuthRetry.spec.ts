import { NEVER, of } from 'rxjs';
import type { HeadersProvider } from '../../lib/auth/headersProvider.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { StreamHeaders } from '../../lib/transport/transport.ts';
import { rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { created } from '../support/scriptedTransport.ts';
import { reading, type SdkServer, startSdkServer } from '../support/sdkServer.ts';

describe('Conformance, initial auth retry', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  const rejected = { code: 16, message: 'token revoked' };
  const tokensAndTries = (): number[] => {
    const { tokensIssued, streamsRefused } = world.server.activity.counters;
    return [tokensIssued, streamsRefused];
  };

  it('initial_auth_retry_success: a refused token is replaced by a new one, at once', async () => {
    world.server.faults.refuseStreams({ ...rejected, times: 1 });
    const stream = await world.open({ recoveryBackoffMs: 3_600_000, random: () => 0.99 });
    expect(await stream.ingestRecord(reading(1))).toBe(0);
    expect(tokensAndTries()).toEqual([2, 1]);
  });

  it('initial_auth_retry_success: missing grants are retried once too', async () => {
    world.server.faults.refuseStreams({ code: 7, message: 'Error Code: 4024', times: 1 });
    const stream = await world.open();
    expect(await stream.ingestRecord(reading(1))).toBe(0);
    expect(tokensAndTries()).toEqual([2, 1]);
  });

  it('initial_auth_retry_repeated_rejection: the second one is final', async () => {
    world.server.faults.refuseStreams(rejected);
    const error = await rejectionOf(world.open());
    expect([error.code, error.message, error.isRetryable]).toEqual(['UNAUTHENTICATED', 'token revoked', false]);
    expect(tokensAndTries()).toEqual([2, 2]);
  });

  it('initial_auth_retry_disabled: without recovery the first one is final, and the token is invalidated nevertheless', async () => {
    for (const options of [{ recovery: false }, { recoveryRetries: 0 }]) {
      world.server.faults.refuseStreams({ ...rejected, times: 1 });
      expect((await rejectionOf(world.open(options))).code).toBe('UNAUTHENTICATED');
    }
    expect(tokensAndTries()).toEqual([2, 2]);
    await world.open();
    expect(tokensAndTries()).toEqual([3, 2]);
  });

  it('initial_auth_retry_exhausted: once for the whole creation, however many other failures come in between', async () => {
    world.server.faults.refuseStreams({ ...rejected, times: 1 });
    world.server.faults.refuseStreams({ code: 14, message: 'busy', times: 1 });
    world.server.faults.refuseStreams(rejected);
    expect((await rejectionOf(world.open())).code).toBe('UNAUTHENTICATED');
    expect(tokensAndTries()).toEqual([2, 3]);
  });

  it('initial_auth_retry_stalled_invalidation: the wait for new headers after a refusal is limited', async () => {
    const service = new ScriptedService();
    let asked = 0;
    const headersProvider: HeadersProvider = {
      getHeaders: () => (++asked === 1 ? of<StreamHeaders>({ authorization: 'Bearer old' }) : NEVER),
      invalidate: () => true,
    };
    const creation = rejectionOf(service.create({ recoveryRetries: 1, recoveryTimeoutMs: 15_000 }, headersProvider));
    service.fail(new ZerobusError('UNAUTHENTICATED', 'token revoked'));
    // Two attempts of 15 seconds, and a second between them.
    service.advance(31_000);
    expect((await creation).code).toBe('STREAM_CREATION_TIMEOUT');
    expect([asked, service.connectionCount, service.timerCount]).toEqual([3, 1, 0]);
  });

  it('initial_auth_retry_success: a headers provider is called again if it says that it has others', async () => {
    const service = new ScriptedService();
    let asked = 0;
    const headersProvider: HeadersProvider = {
      getHeaders: () => Promise.resolve({ authorization: `Bearer ${++asked}` }),
      invalidate: (headers) => headers['authorization'] === 'Bearer 1',
    };
    const creation = service.create({}, headersProvider);
    await Promise.resolve();
    await Promise.resolve();
    service.fail(new ZerobusError('UNAUTHENTICATED', 'token revoked'));
    await Promise.resolve();
    await Promise.resolve();
    service.send(created());
    await creation;
    expect(service.seen.filter((line) => line.includes('Bearer'))).toEqual(['0 Bearer 1', '0 Bearer 2']);
  });
});
