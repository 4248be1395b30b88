import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { concat, from, lastValueFrom, NEVER, of, Subject } from 'rxjs';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
import { ChannelLog } from '../support/channelLog.ts';
import { nextBatch, nextOpening } from '../support/nextMessage.ts';
import { type StartedServer, startServer } from '../support/startServer.ts';

const TABLE = 'main.telemetry.readings';
/** In every record, the secret and the values that are refused. */
const canaries = ['canary-of-a-record', 'canary-of-a-secret'] as const;

describe('The diagnostics channels', () => {
  let started: StartedServer;
  let log: ChannelLog;
  const [device, clientSecret] = canaries;

  beforeAll(async () => {
    started = await startServer({
      tables: [`CREATE TABLE ${TABLE} (device STRING, temp INT NOT NULL)`],
      auth: { clientId: 'client', clientSecret },
    });
  });
  beforeEach(() => {
    log = new ChannelLog(TABLE);
  });
  afterEach(() => {
    started.server.faults.clear();
    log[Symbol.dispose]();
    expect(log.messages.filter(({ text }) => canaries.some((canary) => text.includes(canary)))).toEqual([]);
    expect(log.messages.filter(({ text }) => /bearer|authorization/i.test(text))).toEqual([]);
  });
  afterAll(() => started.server.close());

  const record = (temp: unknown): object => ({ device, temp });
  const operator = (options: ToZerobusOptions = {}): ReturnType<typeof toZerobus> =>
    toZerobus(TABLE, { ...started.connection, clientSecret, recoveryBackoffMs: 1, ...options });

  it('carry the life of a stream, of its connection, its token and its batches', async () => {
    await lastValueFrom(from([1, 2, 3, 4, 5].map(record)).pipe(operator({ maxBatchRecords: 3 })));
    expect(log.messages.map(({ channel, kind }) => `${channel} ${kind}`)).toEqual([
      'stream opened',
      'connection connecting',
      'token requested',
      'batch sealed',
      'token received',
      'connection opened',
      'batch sent',
      'batch sealed',
      'batch sent',
      'batch durable',
      'batch durable',
      'connection closed',
      'stream closed',
    ]);
    const [opened] = log.of('stream', 'opened');
    expect(opened?.message).toEqual({
      kind: 'opened',
      stream: jasmine.objectContaining({
        id: jasmine.any(Number),
        table: TABLE,
        serverAddress: '127.0.0.1',
        serverPort: Number(new URL(started.connection.endpoint).port),
        number: undefined,
        inflightRecords: 0,
        inflightBytes: 0,
      }),
    });
    const streams = log.messages.flatMap(({ message }) => message.stream ?? []);
    expect(new Set(streams).size).toBe(1);
    expect(log.of('connection', 'connecting')[0]?.message).toEqual(
      jasmine.objectContaining({ isFirst: true, errorCode: undefined }),
    );
    expect(log.of('token', 'received')[0]?.message).toEqual({
      kind: 'received',
      id: log.of('token', 'requested')[0]?.message['id'],
      table: TABLE,
      durationMs: jasmine.any(Number),
      expiresInMs: 3_600_000,
    });
    const batches = log.of('batch', 'durable').map(({ message }) => message['batch']);
    expect(batches).toEqual([
      { id: 1, records: 3, bytes: jasmine.any(Number), isWhole: false, attempts: 1 },
      { id: 2, records: 2, bytes: jasmine.any(Number), isWhole: false, attempts: 1 },
    ]);
    for (const { message } of [...log.of('batch', 'durable'), ...log.of('connection', 'opened')]) {
      expect(message['durationMs']).toBeGreaterThan(0);
    }
    expect(log.of('stream', 'closed')[0]?.message).toEqual(jasmine.objectContaining({ reason: 'completed' }));
  });

  it('show a connection that breaks, and what is sent again', async () => {
    const { faults } = started.server;
    const dropped = faults.dropAcks();
    const source$ = new Subject<object>();
    const end = lastValueFrom(source$.pipe(operator()));
    const sent = nextBatch(TABLE, 'sent');
    source$.next(record(1));
    source$.next(record(2));
    await sent;
    expect(log.of('stream', 'opened')[0]?.message.stream?.inflightRecords).toBe(2);
    dropped.clear();
    const durable = nextBatch(TABLE, 'durable');
    faults.cutConnections();
    await durable;
    const opened = nextOpening(TABLE);
    faults.signalClose({ durationMs: 0 });
    await opened;
    source$.complete();
    await end;
    expect(log.kinds('connection')).toEqual([
      ...['connecting', 'opened', 'broken', 'retry'],
      ...['connecting', 'opened', 'replayed', 'rotation', 'closed'],
      ...['connecting', 'opened', 'closed'],
    ]);
    expect(log.of('connection', 'broken')[0]?.message).toEqual(jasmine.objectContaining({ errorCode: 'UNAVAILABLE' }));
    expect(log.of('connection', 'replayed')[0]?.message).toEqual(jasmine.objectContaining({ records: 2, batches: 1 }));
    expect(log.of('connection', 'connecting').map(({ message }) => [message['isFirst'], message['errorCode']])).toEqual(
      [
        [true, undefined],
        [false, 'UNAVAILABLE'],
        [false, undefined],
      ],
    );
    expect(log.kinds('batch')).toEqual(['sealed', 'sent', 'sent', 'durable']);
    expect(log.of('batch', 'durable')[0]?.message['batch']).toEqual(jasmine.objectContaining({ attempts: 2 }));
    expect(log.of('stream', 'opened')[0]?.message.stream?.inflightRecords).toBe(0);
  });

  it('show a record that is rejected, and the batches that were split to find it', async () => {
    const records = [record(1), record(2), record(device), record(4)];
    const bad = { toJSON: () => device } as object;
    await lastValueFrom(from([...records, bad]).pipe(operator({ rejected: () => undefined })));
    const { errorCode } = log.of('batch', 'rejected')[0]?.message ?? {};
    expect(
      log.of('rejection').map(({ message }) => [message['offset'], message['records'], message['errorCode']]),
    ).toEqual([
      [4, 1, 'INVALID_RECORD'],
      [2, 1, errorCode],
    ]);
    expect(String(errorCode)).toMatch(/^INVALID_/);
    expect(log.of('batch', 'split').map(({ message }) => (message['parts'] as readonly unknown[]).length)).toEqual([
      2, 2,
    ]);
    expect(log.durableRecords).toBe(3);
  });

  it('show a stream that fails, and what it leaves behind', async () => {
    await expectAsync(lastValueFrom(from([record(1), record(device)]).pipe(operator()))).toBeRejected();
    const { errorCode } = log.of('stream', 'closed')[0]?.message ?? {};
    expect(String(errorCode)).toMatch(/^INVALID_/);
    expect(log.kinds('batch')).toEqual(['sealed', 'sent', 'abandoned']);
    expect(log.of('batch', 'abandoned')[0]?.message).toEqual(jasmine.objectContaining({ errorCode }));
  });

  it('show a token that is not issued, and one that is not waited for', async () => {
    started.server.faults.failTokenRequests({ httpStatus: 400, error: 'invalid_client' });
    await expectAsync(lastValueFrom(of(record(1)).pipe(operator()))).toBeRejected();
    expect(log.of('token', 'failed')[0]?.message['errorCode']).toBe('INVALID_CREDENTIALS');
    expect(log.of('stream', 'closed')[0]?.message['errorCode']).toBe('INVALID_CREDENTIALS');
    started.server.faults.clear();
    started.server.faults.hangTokenRequests();
    concat(of(record(1)), NEVER)
      .pipe(operator())
      .subscribe()
      .unsubscribe();
    expect(log.kinds('token').slice(-2)).toEqual(['requested', 'cancelled']);
    expect(log.of('stream').at(-1)?.message).toEqual(jasmine.objectContaining({ kind: 'closed', reason: 'cancelled' }));
  });

  it('carry what follows to a subscriber that comes late', async () => {
    log[Symbol.dispose]();
    const source$ = new Subject<object>();
    const durable: number[] = [];
    const values$ = source$.pipe(operator());
    const end = new Promise<void>((resolve, reject) => {
      values$.subscribe({ next: (offset) => durable.push(offset), error: reject, complete: resolve });
    });
    const opened = nextOpening(TABLE);
    source$.next(record(1));
    await opened;
    log = new ChannelLog(TABLE);
    source$.next(record(2));
    source$.complete();
    await end;
    expect(log.kinds('stream')).toEqual(['closed']);
    expect(log.kinds('batch').at(-1)).toBe('durable');
    expect(log.durableRecords).toBeGreaterThan(0);
  });

  it('keep what a subscriber throws away from the stream', async () => {
    const failure = new Error('of a subscriber');
    const caught: unknown[] = [];
    const own = process.listeners('uncaughtException');
    const throws = (): void => {
      throw failure;
    };
    process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => caught.push(error));
    subscribe('rxjs-zerobus:batch', throws);
    try {
      expect(await lastValueFrom(from([record(1), record(2)]).pipe(operator()))).toBe(1);
    } finally {
      unsubscribe('rxjs-zerobus:batch', throws);
      process.removeAllListeners('uncaughtException');
      for (const listener of own) {
        process.on('uncaughtException', listener);
      }
    }
    expect(caught).toEqual([failure, failure, failure]);
  });

  it('publish the place of each record to a subscriber for records, and nothing of the record', async () => {
    using records = new ChannelLog(TABLE, ['record']);
    const indexes: unknown[] = [];
    const listener = (message: unknown): void => void indexes.push((message as { readonly index: number }).index);
    subscribe('rxjs-zerobus:record', listener);
    await lastValueFrom(from([1, 2, 3, 4, 5].map(record)).pipe(operator({ maxBatchRecords: 2 })));
    unsubscribe('rxjs-zerobus:record', listener);
    expect(indexes).toEqual([0, 1, 0, 1, 0]);
    expect(records.messages).toHaveSize(5);
    expect(records.messages.filter(({ text }) => text.includes(device))).toEqual([]);
  });
});
