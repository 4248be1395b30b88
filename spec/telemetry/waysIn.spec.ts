import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from, lastValueFrom } from 'rxjs';
import { ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import { throughZerobus } from '../../operators/throughZerobus.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { zerobusWritable } from '../../operators/zerobusWritable.ts';
import { zerobusWritableStream } from '../../operators/zerobusWritableStream.ts';
import { ChannelLog } from '../support/channelLog.ts';
import { gatewayWorld, PageClient, range } from '../support/gatewayWorld.ts';

describe('The diagnostics channels, behind', () => {
  const suite = gatewayWorld();
  const TABLE = 'main.web.events';
  let log: ChannelLog;

  beforeEach(() => {
    log = new ChannelLog(TABLE);
  });
  afterEach(() => log[Symbol.dispose]());

  const rows = (count: number): object[] => range(1, count).map((sequence) => ({ client: 'c', sequence, kind: 'k' }));

  /** Expects streams from the beginning to the end, and all rows in durable batches. */
  function expectStreams(count: number, records: number): void {
    const opened = log.of('stream', 'opened').map(({ message }) => message.stream);
    const closed = log.of('stream', 'closed').map(({ message }) => message.stream);
    expect(new Set(opened).size).toBe(count);
    expect(new Set(closed)).toEqual(new Set(opened));
    expect(closed).toHaveSize(count);
    expect(log.of('stream', 'closed').map(({ message }) => message['reason'])).toEqual(Array(count).fill('completed'));
    expect(log.of('connection', 'closed')).toHaveSize(count);
    expect(log.durableRecords).toBe(records);
  }

  it('toZerobus, see one stream', async () => {
    await lastValueFrom(from(rows(9)).pipe(toZerobus(TABLE, suite.world.connection)));
    expectStreams(1, 9);
  });

  it('toZerobus with several streams, see each of them', async () => {
    await lastValueFrom(
      from(rows(900)).pipe(
        toZerobus(TABLE, {
          ...suite.world.connection,
          streams: 3,
          partitionBy: (row) => (row as { sequence: number }).sequence,
        }),
      ),
    );
    expectStreams(3, 900);
    const numbers = log.of('stream', 'opened').map(({ message }) => message.stream?.number);
    expect(numbers).toEqual([0, 1, 2]);
  });

  it('toZerobus with several streams, see what is dropped in the name of the first', async () => {
    const limits = { overflow: 'dropNewest', maxInflightRecords: 5, events: {} } as const;
    await lastValueFrom(from(rows(20)).pipe(toZerobus(TABLE, { ...suite.world.connection, streams: 2, ...limits })));
    expect(log.durableRecords).toBe(5);
    const dropped = log.of('stream', 'dropped').map(({ message }) => [message['records'], message.stream?.number]);
    expect(dropped).toEqual([[15, 0]]);
  });

  it('throughZerobus, see one stream', async () => {
    const source$ = from(rows(9)).pipe(throughZerobus(TABLE, { ...suite.world.connection, row: (row) => row }));
    await lastValueFrom(source$);
    expectStreams(1, 9);
  });

  it('zerobusWritable, see one stream', async () => {
    await pipeline(Readable.from(rows(9)), zerobusWritable(TABLE, suite.world.connection));
    expectStreams(1, 9);
  });

  it('zerobusWritableStream, see one stream', async () => {
    await ReadableStream.from(rows(9)).pipeTo(zerobusWritableStream(TABLE, suite.world.connection));
    expectStreams(1, 9);
  });

  it('ZerobusSdk, see one stream, and the batches of the caller as wholes', async () => {
    const { endpoint, workspaceUrl, clientId, clientSecret } = suite.world.connection;
    const sdk = new ZerobusSdk(endpoint, workspaceUrl);
    const stream = await sdk.createStream({ tableName: TABLE }, clientId, clientSecret);
    const [first, ...others] = rows(9);
    await stream.ingestRecordOffset(first as object);
    await stream.ingestRecordsOffset(others);
    await stream.close();
    expectStreams(1, 9);
    const batches = log.of('batch', 'durable').map(({ message }) => message['batch']);
    expect(batches).toEqual([
      jasmine.objectContaining({ records: 1, isWhole: false }),
      jasmine.objectContaining({ records: 8, isWhole: true }),
    ]);
  });

  it('a gateway, see one stream', async () => {
    const { gateway, url } = await suite.world.open();
    await new PageClient().send(url, 1, range(1, 9));
    await gateway.drain();
    expectStreams(1, 9);
  });
});
