import { status } from '@grpc/grpc-js';
import type { Overview, Sample } from '../../../lib/live/api/overview.ts';
import type { Rejection } from '../../../lib/live/api/rejection.ts';
import type { StreamView } from '../../../lib/live/api/streamView.ts';
import type { TokenView } from '../../../lib/live/api/tokenView.ts';
import { startZerobusLocal } from '../../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../../lib/zerobusLocal.ts';
import { EventFeed } from '../../support/eventFeed.ts';
import { readLive } from '../../support/liveRequests.ts';
import { parseMessage } from '../../support/messageDescriptor.ts';
import { RawStream } from '../../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../../support/readings.ts';
import { insert } from '../../support/rest.ts';
import { fetchToken, requestToken } from '../../support/tokens.ts';

const HOSTILE = '<img src=x onerror="alert(1)">\u202e\u0000';

describe('The live page as JSON', () => {
  let server: ZerobusLocal;
  let token: string;

  beforeAll(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL], flushIntervalMs: 60_000, rotateAfterMs: 600_000 });
    token = await fetchToken(server, READINGS);
  });

  afterAll(() => server.close());

  const open = (create: object = {}): Promise<RawStream> =>
    RawStream.open(server.endpoint, READINGS, { token, create });

  const sum = (samples: readonly Sample[], name: 'records' | 'bytes' | 'commits'): number =>
    samples.reduce((total, sample) => total + sample[name], 0);

  it('has samples that add up to what is sent, and overviews with them and the totals', async () => {
    const before = (await readLive<Overview>(server, 'overview')).totals;
    const feed = await EventFeed.open(server);
    expect(feed.response.headers.get('content-type')).toBe('text/event-stream');
    const stream = await open();
    for (let offset = 0; offset < 50; offset++) {
      stream.sendJson(offset, [{ temp: 1 }, { temp: 2 }]);
    }
    await stream.acknowledged(49);
    await insert(server, READINGS, [{ temp: 3 }], { token });
    await server.flush();
    const samples: Sample[] = [];
    await feed.next('sample', (sample) => {
      samples.push(sample);
      return sum(samples, 'records') >= 101 && sum(samples, 'commits') >= 1;
    });

    expect([sum(samples, 'records'), sum(samples, 'bytes'), sum(samples, 'commits')]).toEqual([101, 101 * 10, 1]);
    const measured = samples.find(({ ackP50Ms }) => ackP50Ms !== null);
    expect(measured?.ackP50Ms).toBeGreaterThan(0);
    expect(measured?.ackP99Ms).toBeGreaterThanOrEqual(measured?.ackP50Ms ?? 0);
    expect(samples.at(-1)).toEqual(jasmine.objectContaining({ openStreams: 1, inFlightRecords: 0, unflushedRows: 0 }));
    const overview = await readLive<Overview>(server, 'overview');
    expect(overview.samples).toEqual(jasmine.arrayContaining(samples));
    expect(overview.totals.recordsAccepted - before.recordsAccepted).toBe(101);
    expect(overview.totals.bytesAccepted).toBe(server.activity.counters.bytesAccepted);
    expect(overview.server.workspaceUrl).toBe(server.workspaceUrl);
    await feed.next('tables', ([table]) => table?.rows === server.counters(READINGS).tableRows);
    await Promise.all([stream.close(), feed.close()]);
  });

  it('measures acks until they are sent, and counts what is in flight until then', async () => {
    const feed = await EventFeed.open(server);
    const fault = server.faults.delayAcks({ delayMs: 1200 });
    const stream = await open();
    stream.sendJson(0, [{ temp: 1 }, { temp: 2 }, { temp: 3 }]);
    const waiting = await feed.next('streams', ([view]) => view?.inFlightRecords === 3);
    expect(waiting).toEqual([jasmine.objectContaining({ inFlightBytes: 30, watermark: -1 })]);
    expect((await feed.next('sample', ({ inFlightRecords }) => inFlightRecords === 3)).openStreams).toBe(1);
    const acknowledged = await feed.next('sample', ({ ackP50Ms }) => ackP50Ms !== null);
    expect(acknowledged.ackP50Ms).toBeGreaterThan(1100);
    expect(acknowledged.inFlightRecords).toBe(0);
    const [settled] = await feed.next('streams', ([view]) => view?.watermark === 0);
    expect(settled).toEqual(jasmine.objectContaining({ inFlightRecords: 0, inFlightBytes: 0, recordsAccepted: 3 }));
    fault.clear();
    await Promise.all([stream.close(), feed.close()]);
  });

  it('lists the open streams with their clients', async () => {
    const stream = await open();
    const [view, ...others] = await readLive<readonly StreamView[]>(server, 'streams');
    expect(others).toEqual([]);
    expect(view as unknown).toEqual({
      streamId: stream.responses[0]?.createStreamResponse?.streamId,
      tableName: READINGS,
      recordType: 'JSON',
      client: jasmine.stringMatching(/^127\.0\.0\.1:\d+$/),
      userAgent: jasmine.stringMatching(/^grpc-node-js/),
      openedAtMs: jasmine.any(Number),
      watermark: -1,
      recordsAccepted: 0,
      inFlightRecords: 0,
      inFlightBytes: 0,
      rotatesAtMs: (view?.openedAtMs ?? 0) + 600_000,
    });
    await stream.close();
    expect(await readLive<readonly StreamView[]>(server, 'streams')).toEqual([]);
  });

  it('lists records that were rejected, over gRPC and over REST, with hostile texts as they are', async () => {
    const feed = await EventFeed.open(server);
    const record = JSON.stringify({ device: HOSTILE, temp: HOSTILE });
    const json = await open();
    json.sendJson(0, [{ temp: 1 }, record]);
    expect((await json.status).code).toBe(status.INVALID_ARGUMENT);
    const { type, descriptor } = parseMessage('optional string device = 1; optional int32 temp = 2;');
    const proto = await open({ recordType: 1, descriptorProto: descriptor });
    const message = Buffer.from(type.encode({ device: 'd' }).finish());
    proto.send({ ingestRecord: { offsetId: 0, protoEncodedRecord: message } });
    await proto.status;
    const notUtf8 = Buffer.from('[{"temp":1},{"temp":2,"device":"\xff"}]', 'latin1');
    await insert(server, READINGS, notUtf8, { token });
    await insert(server, READINGS, '[{"temp":', { token, headers: { 'user-agent': HOSTILE.slice(0, 20) } });

    const rejections = await readLive<readonly Rejection[]>(server, 'rejections');
    const client = jasmine.stringMatching(/^127\.0\.0\.1:\d+$/);
    expect(rejections[3] as unknown).toEqual({
      id: 1,
      atMs: jasmine.any(Number),
      tableName: READINGS,
      via: 'gRPC',
      reason: jasmine.stringContaining('expected INT'),
      causes: ['TYPE_INCOMPATIBLE'],
      place: 'records[1].temp',
      offset: 0,
      record,
      recordType: 'JSON',
      recordBytes: Buffer.byteLength(record),
      isCut: false,
      client,
      userAgent: jasmine.stringMatching(/^grpc-node-js/),
    });
    const missing = { recordType: 'PROTO', record: message.toString('hex'), place: 'records[0].temp' } as const;
    expect(rejections[2]).toEqual(jasmine.objectContaining({ ...missing, causes: ['MISSING_REQUIRED_COLUMN'] }));
    const second = { via: 'REST', record: '{"temp":2,"device":"\ufffd"}', place: 'records[1]', client } as const;
    expect(rejections[1] as unknown).toEqual(jasmine.objectContaining({ ...second, causes: [] }));
    const whole = { record: '[{"temp":', place: '', userAgent: HOSTILE.slice(0, 20) };
    expect(rejections[0]).toEqual(jasmine.objectContaining(whole));
    expect(rejections[0]?.offset).toBeUndefined();
    expect(await feed.next('rejection', ({ id }) => id === 1)).toEqual(rejections[3] as Rejection);
    const refusal = await feed.next('refusal', ({ kind }) => kind === 'streamEnd');
    const reason = 'TYPE_INCOMPATIBLE at records[1].temp';
    expect(refusal).toEqual(jasmine.objectContaining({ subject: READINGS, status: 'INVALID_ARGUMENT', reason }));
    const { refusals } = await readLive<Overview>(server, 'overview');
    expect(refusals.some(({ kind, status: code }) => kind === 'request' && code === '400')).toBeTrue();
    await feed.close();
  });

  it('lists issued tokens, and never the token or the secret', async () => {
    const feed = await EventFeed.open(server);
    const secret = 'a secret that is not shown';
    const issued = await fetchToken(server, READINGS, { clientId: HOSTILE, clientSecret: secret });
    const exchange = { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: secret };
    await requestToken(server, { credentials: undefined, form: { ...exchange, subject_token_type: 'jwt' } });
    await requestToken(server, { credentials: `me:${secret}`, form: { scope: 'none' } });
    const text = JSON.stringify([await readLive(server, 'tokens'), await readLive(server, 'overview')]);
    expect(text).not.toContain(secret);
    expect(text).not.toContain(issued);
    expect(text).not.toContain(issued.split('.')[2] ?? '');
    const [exchanged, granted] = await readLive<readonly TokenView[]>(server, 'tokens');
    const { id, issuedAtMs = 0, ...rest } = granted ?? {};
    expect(rest).toEqual({
      expiresAtMs: issuedAtMs + 3_600_000,
      use: 'zerobus',
      tables: [READINGS],
      grantType: 'client_credentials',
      clientId: HOSTILE,
      userAgent: 'node',
    });
    const ofExchange = { use: 'unity-catalog', tables: [], grantType: 'token-exchange', clientId: '' } as const;
    expect(exchanged).toEqual(jasmine.objectContaining({ ...ofExchange, id: (id ?? 0) + 1 }));
    expect(await feed.next('token')).toEqual(granted as TokenView);
    await feed.close();
  });

  it('costs ingestion no look at the clock while no page is open', async () => {
    const stream = await open();
    let looks = 0;
    spyOn(performance, 'now').and.callFake(() => {
      looks += /[\\/]lib[\\/](grpc|live|ingest)[\\/]/.test(new Error().stack ?? '') ? 1 : 0;
      return 0;
    });
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.acknowledged(0);
    const without = looks;
    const feed = await EventFeed.open(server);
    await feed.next('streams');
    stream.sendJson(1, [{ temp: 1 }]);
    await stream.acknowledged(1);
    expect(without).toBe(0);
    expect(looks).toBeGreaterThan(0);
    await Promise.all([stream.close(), feed.close()]);
  });

  it('takes a limited number of pages, lets go of those that leave, and ends the others when the server closes', async () => {
    const closing = await startZerobusLocal();
    const feeds = await Promise.all(Array.from({ length: 32 }, () => EventFeed.open(closing)));
    const refused = await EventFeed.open(closing);
    expect(refused.response.status).toBe(503);
    const head = await fetch(`${closing.workspaceUrl}/api/local/events`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    await feeds.pop()?.close();
    let again = await EventFeed.open(closing);
    while (again.response.status !== 200) {
      again = await EventFeed.open(closing);
    }
    await again.next('faults');
    await closing.close();
    await Promise.all([again, ...feeds].map(({ ended }) => ended));
    expect(again.received.slice(0, 3).map(({ name }) => name)).toEqual(['streams', 'tables', 'faults']);
  });
});
