import { of } from 'rxjs';
import { readTable } from 'zerobus-local';
import { OAuthHeadersProvider } from '../../lib/auth/oAuthHeadersProvider.ts';
import { ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import { rejectionOf } from '../support/promises.ts';
import { reading, readingBytes, type SdkServer, startSdkServer } from '../support/sdkServer.ts';
import { READINGS_TABLE } from '../support/startServer.ts';
import { thrownBy } from '../support/thrownBy.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const OTHER_TABLE = 'main.iot.others';

describe('Conformance, cases of the other languages', () => {
  let world: SdkServer;

  beforeEach(async () => {
    const tables = [READINGS_TABLE, OTHER_TABLE].map(
      (table) => `CREATE TABLE ${table} (device STRING, temp INT NOT NULL)`,
    );
    world = await startSdkServer({ tables });
  });
  afterEach(() => world.close());

  it('sdk_constructor: adds the scheme, and finds the workspace in the endpoint', () => {
    const sdk = new ZerobusSdk('1234.zerobus.us-west-2.cloud.databricks.com', 'dbc-1.cloud.databricks.com/');
    expect([sdk.endpoint, sdk.workspaceUrl, sdk.workspaceId]).toEqual([
      'https://1234.zerobus.us-west-2.cloud.databricks.com',
      'https://dbc-1.cloud.databricks.com',
      '1234',
    ]);
    expect(new ZerobusSdk('http://127.0.0.1:50051', 'http://127.0.0.1:8080').endpoint).toBe('http://127.0.0.1:50051');
  });

  it('sdk_constructor: names the malformed address', () => {
    for (const [endpoint, workspaceUrl, name] of [
      ['', 'https://dbc-1.cloud.databricks.com', 'endpoint'],
      ['ftp://1234.zerobus', 'https://dbc-1.cloud.databricks.com', 'endpoint'],
      ['https://1234.zerobus.us', 'https://', 'workspaceUrl'],
    ] as const) {
      const error = thrownBy(() => new ZerobusSdk(endpoint, workspaceUrl)) as Error;
      expect(error.message).withContext(`${endpoint} ${workspaceUrl}`).toContain(name);
    }
  });

  it('invalid_table: a malformed name is refused by the client, an unknown one by the service', async () => {
    expect((await rejectionOf(world.open({}, { tableName: 'readings' }))).code).toBe('INVALID_TABLE_NAME');
    expect(world.server.activity.counters.tokensIssued).toBe(0);
    expect((await rejectionOf(world.open({}, { tableName: 'main.iot.nothing' }))).code).toBe('NOT_FOUND');
  });

  it('invalid_credentials: are not retried, and appear in no message', async () => {
    const creation = world.sdk.createStream({ tableName: READINGS_TABLE }, 'client', 'wrong-secret');
    const error = await rejectionOf(creation);
    expect([error.code, error.isRetryable]).toEqual(['INVALID_CREDENTIALS', false]);
    expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain('wrong-secret');
    expect(world.server.activity.counters.tokensRefused).toBe(1);
  });

  it('headers_provider: synchronous, a promise or an observable', async () => {
    const { workspaceUrl } = world.server;
    const oAuth = new OAuthHeadersProvider({
      workspaceUrl,
      workspaceId: world.sdk.workspaceId,
      table: READINGS_TABLE,
      clientId: 'client',
      clientSecret: 'client-secret',
    });
    const first = await world.openWith(oAuth);
    const headers = await new Promise<Readonly<Record<string, string>>>((resolve) =>
      oAuth.getHeaders().subscribe(resolve),
    );
    const others = [() => headers, () => Promise.resolve(headers), () => of(headers)];
    const streams = [first, ...(await Promise.all(others.map((getHeaders) => world.openWith({ getHeaders }))))];
    expect(await Promise.all(streams.map((stream, n) => stream.ingestRecord(reading(n))))).toEqual([0, 0, 0, 0]);
    expect(world.server.activity.counters.tokensIssued).toBe(1);
  });

  it('headers_provider: if it throws, the error is typed, and it is not called again', async () => {
    let asked = 0;
    const getHeaders = (): never => {
      asked++;
      throw new Error('vault sealed');
    };
    const error = await rejectionOf(world.openWith({ getHeaders }));
    expect([error.code, error.isRetryable, asked]).toEqual(['HEADERS_PROVIDER_FAILED', false, 1]);
    expect(error.message).toContain('vault sealed');
  });

  it('high_throughput: a hundred thousand records, each accepted by itself, within the memory limit', async () => {
    const maxInflightRecords = 5000;
    const stream = await world.open({ maxInflightRecords });
    let most = 0;
    const watching = stream.stats$.subscribe(({ inflightRecords }) => {
      most = Math.max(most, inflightRecords);
    });
    for (const n of upTo(100_000)) {
      await stream.ingestRecordOffset(reading(n));
    }
    await stream.close();
    watching.unsubscribe();
    expect(most).toBeLessThanOrEqual(maxInflightRecords);
    await world.server.flush();
    const { rows } = await readTable(
      world.server.tablePath(READINGS_TABLE),
      'SELECT count(*), count(DISTINCT temp), max(temp) FROM this',
    );
    expect(rows[0]?.map(Number)).toEqual([100_000, 100_000, 99_999]);
  });

  it('concurrent_streams: of one SDK, into two tables at once', async () => {
    const tables = [READINGS_TABLE, OTHER_TABLE, READINGS_TABLE, OTHER_TABLE];
    const streams = await Promise.all(tables.map((tableName) => world.open({}, { tableName })));
    expect(new Set(streams.map(({ streamId }) => streamId)).size).toBe(4);
    await Promise.all(
      streams.map(async (stream, n) => {
        for (const i of upTo(100)) {
          await stream.ingestRecordOffset(reading(100 * n + i));
        }
        await stream.close();
      }),
    );
    expect(await world.storedTemps()).toEqual([...upTo(100), ...upTo(100).map((n) => 200 + n)]);
    expect(world.server.counters(OTHER_TABLE)).toEqual(jasmine.objectContaining({ acceptedRows: 200 }));
  });

  it('proto_get_unacked_records: as the submitted bytes, batches as batches (encoded_batch_structure)', async () => {
    world.server.faults.dropAcks();
    const stream = await world.openProto({ recovery: false });
    const submissions = [
      rejectionOf(stream.ingestRecord(readingBytes(1))),
      rejectionOf(stream.ingestRecords([readingBytes(2), readingBytes(3)])),
    ];
    world.server.faults.cutConnections();
    await Promise.all(submissions);
    expect(await stream.getUnackedRecords()).toEqual([1, 2, 3].map(readingBytes));
    expect(await stream.getUnackedBatches()).toEqual([[readingBytes(1)], [2, 3].map(readingBytes)]);
  });

  it('recreate_proto_stream: with its descriptor', async () => {
    const dropped = world.server.faults.dropAcks();
    const old = await world.openProto({ recovery: false });
    const record = rejectionOf(old.ingestRecord(readingBytes(1)));
    world.server.faults.cutConnections();
    await record;
    dropped.clear();
    const opened = world.server.activity.nextStream();
    const stream = await world.track(world.sdk.recreateStream(old));
    expect((await opened).recordType).toBe('PROTO');
    expect(await stream.ingestRecord(readingBytes(2))).toBe(1);
    expect(new Set(await world.storedTemps())).toEqual(new Set([1, 2]));
  });
});
