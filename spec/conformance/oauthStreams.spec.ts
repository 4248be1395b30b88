import { rejectionOf } from '../support/promises.ts';
import { reading, type SdkServer, startSdkServer } from '../support/sdkServer.ts';
import { READINGS_TABLE } from '../support/startServer.ts';

const OTHER_TABLE = 'main.iot.others';

describe('Conformance, OAuth tokens of streams', () => {
  let world: SdkServer;

  beforeEach(async () => {
    const tables = [READINGS_TABLE, OTHER_TABLE].map(
      (table) => `CREATE TABLE ${table} (device STRING, temp INT NOT NULL)`,
    );
    world = await startSdkServer({ tables });
  });
  afterEach(() => world.close());

  const tokensIssued = (): number => world.server.activity.counters.tokensIssued;
  const revoked = { code: 16, message: 'token revoked' };

  it('shared_cache_reuses_token_across_streams: one token for all streams of an SDK into one table', async () => {
    for (let count = 0; count < 3; count++) {
      await world.open();
    }
    expect(tokensIssued()).toBe(1);
    await world.open({}, { tableName: OTHER_TABLE });
    expect(tokensIssued()).toBe(2);
  });

  it('mints_once_then_serves_from_cache: a reconnect needs no new token', async () => {
    const stream = await world.open();
    const next = world.server.activity.nextStream();
    world.server.faults.cutConnections();
    await next;
    expect(await stream.ingestRecord(reading(1))).toBe(0);
    expect(tokensIssued()).toBe(1);
  });

  it('concurrent_stream_creation_mints_once', async () => {
    await Promise.all([world.open(), world.open(), world.open(), world.open()]);
    expect([tokensIssued(), world.server.activity.counters.streamsOpen]).toEqual([1, 4]);
  });

  it('auth_rejection_invalidates_and_remints: even in the middle of a stream, without loss', async () => {
    const stream = await world.open();
    await stream.ingestRecord(reading(1));
    world.server.faults.refuseStreams({ ...revoked, times: 1 });
    const dropped = world.server.faults.dropAcks();
    const record = stream.ingestRecord(reading(2));
    await world.server.activity.until(({ recordsAccepted }) => recordsAccepted === 2);
    void world.server.activity.nextStream().then(() => dropped.clear());
    world.server.faults.cutConnections();
    expect(await record).toBe(1);
    expect([tokensIssued(), stream.stats.connections]).toEqual([2, 2]);
  });

  it('repeated_auth_rejection_stops_after_one_remint', async () => {
    world.server.faults.refuseStreams(revoked);
    expect((await rejectionOf(world.open())).code).toBe('UNAUTHENTICATED');
    expect(tokensIssued()).toBe(2);
  });

  it('rejected_cached_token_forces_next_stream_to_remint', async () => {
    await world.open({ recovery: false });
    world.server.faults.refuseStreams({ ...revoked, times: 1 });
    const error = await rejectionOf(world.open({ recovery: false }));
    expect([error.code, error.isRetryable, tokensIssued()]).toEqual(['UNAUTHENTICATED', false, 1]);
    await world.open({ recovery: false });
    expect(tokensIssued()).toBe(2);
  });

  it('rejection_is_scoped_to_its_table', async () => {
    await world.open();
    await world.open({}, { tableName: OTHER_TABLE });
    world.server.faults.refuseStreams({ ...revoked, table: READINGS_TABLE, times: 1 });
    await rejectionOf(world.open({ recovery: false }));
    await world.open({}, { tableName: OTHER_TABLE });
    expect(tokensIssued()).toBe(2);
  });

  it('retryable_token_error_is_retried_then_succeeds', async () => {
    world.server.faults.failTokenRequests({ httpStatus: 503, times: 2 });
    const stream = await world.open();
    expect(await stream.ingestRecord(reading(1))).toBe(0);
    const { tokensRefused, streamsRefused } = world.server.activity.counters;
    expect([tokensIssued(), tokensRefused, streamsRefused]).toEqual([1, 2, 0]);
  });

  it('non_retryable_token_error_fails_without_retry', async () => {
    world.server.faults.failTokenRequests({ httpStatus: 401, error: 'invalid_client' });
    const error = await rejectionOf(world.open());
    expect([error.code, error.isRetryable]).toEqual(['INVALID_CREDENTIALS', false]);
    expect(world.server.activity.counters.tokensRefused).toBe(1);
  });

  it('server_error_surfaces_as_retryable', async () => {
    world.server.faults.failTokenRequests({ httpStatus: 503 });
    const error = await rejectionOf(world.open({ recovery: false }));
    expect([error.code, error.isRetryable]).toEqual(['TOKEN_FETCH_FAILED', true]);
  });

  it('client_error_surfaces_as_non_retryable', async () => {
    world.server.faults.failTokenRequests({ httpStatus: 400 });
    const error = await rejectionOf(world.open({ recovery: false }));
    expect([error.code, error.isRetryable]).toEqual(['INVALID_CREDENTIALS', false]);
  });

  it('dead_on_arrival_token_surfaces_retryable_error: and a retry gets a valid one', async () => {
    world.server.faults.issueDeadTokens({ times: 1 });
    const error = await rejectionOf(world.open({ recovery: false }));
    expect([error.code, error.isRetryable]).toEqual(['TOKEN_FETCH_FAILED', true]);
    world.server.faults.issueDeadTokens({ times: 1 });
    const stream = await world.open();
    expect(await stream.ingestRecord(reading(1))).toBe(0);
  });
});
