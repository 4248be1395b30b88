import { Client, credentials } from '@grpc/grpc-js';
import { eventLine } from '../../lib/cli/eventLine.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

describe('zerobus-local --verbose', () => {
  const folder = useTemporaryDirectory();

  afterEach(() => CliProcess.killAll());

  it('prints a line with the time on stderr for each stream, refusal and commit', async () => {
    const args = ['--data', folder(), '--port', '0', '--http-port', '0', '--no-auth', '--table', READINGS_DDL];
    const server = new CliProcess([...args, '--verbose']);
    const endpoint = await server.listening();
    const refused = new RawStream(endpoint, { table: 'main.iot.nope' });
    refused.send({ createStream: { tableName: 'main.iot.nope', recordType: 2 } });
    await refused.status;
    const client = new Client(endpoint.replace('http://', ''), credentials.createInsecure());
    const asIs = (bytes: Buffer): Buffer => bytes;
    await new Promise((done) => client.makeUnaryRequest('/a.B/C', asIs, asIs, Buffer.alloc(0), done));
    client.close();
    const stream = await RawStream.open(endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.close();
    server.kill('SIGINT');
    const { stderr } = await server.ended;

    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    const lines = [
      `${time} stream refused  main\\.iot\\.nope, NOT_FOUND, grpc-node-js/\\S+: The table main\\.iot\\.nope does not exist.*`,
      `${time} call refused    /a\\.B/C, UNIMPLEMENTED, grpc-node-js/\\S+: This method is not served\\.`,
      `${time} stream opened   main\\.iot\\.readings, JSON, id \\S+, grpc-node-js/\\S+`,
      `${time} stream closed   main\\.iot\\.readings, OK, id \\S+, after \\d+ ms, grpc-node-js/\\S+`,
      'zerobus-local: Closing after the last flush.*',
      `${time} commit          main\\.iot\\.readings, version 1, 1 row, \\d+ ms`,
    ];
    expect(stderr).toMatch(new RegExp(`^${lines.join('\\n')}\\n$`));
  });

  it('prints a line for a TLS handshake that fails', () => {
    const event = { endpoint: 'gRPC', address: '127.0.0.1:5', reason: 'http request' } as const;
    expect(eventLine({ type: 'handshakeFailed', ...event }, new Date(0))).toBe(
      '1970-01-01T00:00:00.000Z TLS failed      gRPC, from 127.0.0.1:5: http request',
    );
  });

  it('prints lines for tokens, and for rows that were set aside, without values', () => {
    const token = { type: 'tokenIssued', use: 'zerobus', tables: [READINGS], grantType: 'client_credentials' } as const;
    const issued = { ...token, clientId: 'me', userAgent: 'spec/1', lifetimeMs: 3_600_000 };
    expect(eventLine(issued, new Date(0))).toBe(
      '1970-01-01T00:00:00.000Z token issued    main.iot.readings, client_credentials, id me, for 3600 s, spec/1',
    );
    expect(eventLine({ ...issued, use: 'unity-catalog', tables: [], clientId: '' }, new Date(0))).toContain(
      'unity-catalog, client_credentials, id none',
    );
    expect(eventLine({ type: 'rowsRejected', tableName: READINGS, rows: 1 }, new Date(0))).toBe(
      '1970-01-01T00:00:00.000Z rows rejected   main.iot.readings, 1 acknowledged row set aside',
    );
  });

  it('prints no control characters of a client', () => {
    const line = eventLine(
      {
        type: 'streamRefused',
        tableName: 'main.iot.\u001b[2Jx\nforged line',
        userAgent: 'evil\r\u202eagent\u009b1m',
        status: 'INVALID_ARGUMENT',
        reason: 'a\u2028b',
      },
      new Date(0),
    );
    expect(line).toBe(
      '1970-01-01T00:00:00.000Z stream refused  main.iot. [2Jx forged line, INVALID_ARGUMENT, evil agent 1m: a b',
    );
  });
});
