import { connect as connectTcp, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { Client, credentials, status } from '@grpc/grpc-js';
import type { ServerEvent } from '../../lib/faults/serverEvent.ts';
import type { Overview } from '../../lib/live/api/overview.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { readLive } from '../support/liveRequests.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { insert } from '../support/rest.ts';
import { fetchToken } from '../support/tokens.ts';

const userAgent = jasmine.stringMatching(/^grpc-node-js\//);

describe('onEvent', () => {
  const errors: string[] = [];
  const events: ServerEvent[] = [];

  beforeEach(() => {
    errors.splice(0);
    events.splice(0);
  });

  const start = (options: object = {}): Promise<ZerobusLocal> =>
    startZerobusLocal({
      tables: [READINGS_DDL, 'CREATE TABLE main.iot.maps (attributes MAP<STRING, INT>, note VARCHAR(3))'],
      auth: false,
      onEvent: (event) => events.push(event),
      onError: ({ message }) => errors.push(message),
      ...options,
    });

  it('is called with streams that are opened and closed, and with commits', async () => {
    const server = await start();
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }, { temp: 2 }]);
    await stream.acknowledged(0);
    await stream.close();
    await server.flush();
    const cut = await RawStream.open(server.endpoint, READINGS);
    server.faults.cutConnections();
    await cut.status;
    const left = await RawStream.open(server.endpoint, READINGS);
    await server.close();
    await left.status;

    const opened = { tableName: READINGS, recordType: 'JSON', userAgent, streamId: jasmine.any(String) };
    const closed = { ...opened, type: 'streamClosed', durationMs: jasmine.any(Number) };
    expect(events as unknown[]).toEqual([
      { type: 'streamOpened', ...opened },
      { ...closed, status: 'OK', reason: '' },
      {
        type: 'commit',
        tableName: READINGS,
        version: server.counters(READINGS).version,
        rows: 2,
        durationMs: jasmine.any(Number),
      },
      { type: 'streamOpened', ...opened },
      { ...closed, status: 'CANCELLED', reason: 'An injected fault has cut its connection.' },
      { type: 'streamOpened', ...opened },
      { ...closed, status: 'UNAVAILABLE', reason: jasmine.stringContaining('shutting down') },
    ]);
  });

  it('is called with refusals of streams and of HTTP requests', async () => {
    await using server = await start({ auth: { clientId: 'me', clientSecret: 'my-secret' } });
    const unauthenticated = new RawStream(server.endpoint, { table: READINGS, token: 'my-token' });
    unauthenticated.send({ createStream: { tableName: READINGS, recordType: 2 } });
    await unauthenticated.status;
    const basic = `Basic ${Buffer.from('me:wrong-secret').toString('base64')}`;
    await fetch(`${server.workspaceUrl}/oidc/v1/token?x=query`, {
      method: 'POST',
      headers: { authorization: basic, 'user-agent': 'curl/8' },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    await fetch(`${server.workspaceUrl}/nope`, { headers: { 'user-agent': 'curl/8' } });
    await fetch(`${server.workspaceUrl}/health`);

    expect(events as unknown[]).toEqual([
      {
        type: 'streamRefused',
        tableName: READINGS,
        userAgent,
        status: 'UNAUTHENTICATED',
        reason: jasmine.stringContaining('The token is invalid'),
      },
      {
        type: 'requestRefused',
        method: 'POST',
        path: '/oidc/v1/token',
        httpStatus: 401,
        reason: 'invalid_client: Client authentication failed',
        userAgent: 'curl/8',
      },
      {
        type: 'requestRefused',
        method: 'GET',
        path: '/nope',
        httpStatus: 404,
        reason: 'ENDPOINT_NOT_FOUND',
        userAgent: 'curl/8',
      },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/my-token|wrong-secret|my-secret/);
  });

  it('is called with calls of methods that are not served', async () => {
    await using server = await start();
    const client = new Client(server.endpoint.replace('http://', ''), credentials.createInsecure());
    const asIs = (bytes: Buffer): Buffer => bytes;
    for (const path of ['/databricks.zerobus.Zerobus/PersistentStream', '/grpc.health.v1.Health/Check']) {
      const code = await new Promise((done) => {
        client.makeUnaryRequest(path, asIs, asIs, Buffer.alloc(0), (error) => done(error?.code));
      });
      expect(code).toBe(status.UNIMPLEMENTED);
      expect(events.at(-1) as unknown).toEqual({ type: 'callRefused', path, status: 'UNIMPLEMENTED', userAgent });
    }
    client.close();
    expect(events.length).toBe(2);
  });

  it('is called with acknowledged rows that were set aside, and with issued tokens', async () => {
    const identity = 'GENERATED ALWAYS AS IDENTITY (START WITH 9223372036854775802 INCREMENT BY 5)';
    const last = `CREATE TABLE main.iot.last (id BIGINT ${identity}, note STRING)`;
    await using server = await start({ auth: undefined, tables: [last] });
    const token = await fetchToken(server, 'main.iot.last');
    const { tableName, type } = { tableName: 'main.iot.last', type: 'tokenIssued' } as const;
    expect(events.splice(0) as unknown[]).toEqual([
      {
        type,
        use: 'zerobus',
        tables: [tableName],
        grantType: 'client_credentials',
        clientId: 'client',
        userAgent: 'node',
        lifetimeMs: 3_600_000,
      },
    ]);
    const rows = ['hunter1', 'hunter2', 'hunter3'].map((note) => ({ note }));
    expect((await insert(server, tableName, rows, { token })).status).toBe(200);
    await server.flush();
    expect(events.map((event) => event.type)).toEqual(['rowsRejected', 'commit']);
    expect(events[0]).toEqual({ type: 'rowsRejected', tableName, rows: 1 });
    expect(JSON.stringify(events)).not.toMatch(/hunter|secret/);
    const { refusals } = await readLive<Overview>(server, 'overview');
    expect(refusals).toEqual([jasmine.objectContaining({ kind: 'rows', subject: tableName })]);
    expect(refusals[0]?.reason).toMatch(
      /^1 acknowledged row can't be written to the table\. .*table_rejected_parquets/,
    );
  });

  it('is called with TLS handshakes that fail, at either port', async () => {
    await using server = await start({ tls: true });
    const failures = async (count: number): Promise<void> => {
      while (events.length < count) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const closed = (socket: Socket): Promise<void> =>
      new Promise((resolve) => {
        socket.on('error', () => undefined).on('close', () => resolve());
      });
    for (const port of [server.port, server.httpPort]) {
      // The server's key is of another kind.
      await closed(connect({ port, host: '127.0.0.1', maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }));
      const plaintext = connectTcp(port, '127.0.0.1');
      plaintext.end('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n').resume();
      await closed(plaintext);
    }
    await failures(4);
    const failed = { type: 'handshakeFailed', address: jasmine.stringMatching(/127\.0\.0\.1:\d+$/) };
    const reasons = [/no shared cipher/, /http request/].map((pattern) => jasmine.stringMatching(pattern));
    expect(events as unknown[]).toEqual(
      ['gRPC', 'HTTP'].flatMap((endpoint) => reasons.map((reason) => ({ ...failed, endpoint, reason }))),
    );
  });

  it('names the place and the cause of a refused record, and none of its values', async () => {
    await using server = await start();
    const secrets: [string, object | string, string][] = [
      [READINGS, { temp: 'hunter2' }, 'TYPE_INCOMPATIBLE at records[0].temp'],
      [READINGS, { hunter2: 1 }, 'FIELD_NOT_IN_TABLE at records[0]'],
      [READINGS, { device: 'hunter2' }, 'MISSING_REQUIRED_COLUMN at records[0].temp'],
      [READINGS, '{"hunter2', 'malformed at records[0]'],
      ['main.iot.maps', { attributes: { hunter2: 'x' } }, 'TYPE_INCOMPATIBLE at records[0].attributes'],
      ['main.iot.maps', { note: 'hunter2' }, 'TYPE_INCOMPATIBLE at records[0].note'],
    ];
    for (const [table, record, reason] of secrets) {
      events.splice(0);
      const stream = await RawStream.open(server.endpoint, table);
      stream.sendJson(0, [record]);
      expect((await stream.status).code).toBe(status.INVALID_ARGUMENT);
      expect(events.at(-1)).toEqual(
        jasmine.objectContaining({ type: 'streamClosed', status: 'INVALID_ARGUMENT', reason }),
      );
      await insert(server, table, typeof record === 'string' ? record : [record]);
      expect(events.at(-1)).toEqual(
        jasmine.objectContaining({
          type: 'requestRefused',
          reason: `INVALID_PARAMETER_VALUE: ${reason}`,
        }),
      );
      expect(JSON.stringify(events)).not.toContain('hunter2');
    }
    await insert(server, 'main.iot.nope', [{ temp: 1 }]);
    expect(events.at(-1)).toEqual(
      jasmine.objectContaining({
        reason: jasmine.stringMatching(/^NOT_FOUND: The table main\.iot\.nope does not exist/),
      }),
    );
  });

  it('ends nothing if it throws', async () => {
    await using server = await start({
      onEvent: () => {
        throw new Error('from the callback');
      },
    });
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);
    expect((await stream.close()).code).toBe(status.OK);
    await server.flush();
    expect(server.counters(READINGS).tableRows).toBe(1);
    expect(errors).toEqual(Array.from({ length: 3 }, () => 'from the callback'));
  });
});
