import { logObject } from '../../lib/cli/serverLog.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { fetchToken } from '../support/tokens.ts';

describe('zerobus-local --log', () => {
  const folder = useTemporaryDirectory();

  afterEach(() => CliProcess.killAll());

  it('prints all that it has to say as one JSON object per line, and the banner says where the page is', async () => {
    const credentials = ['--client-id', 'me', '--client-secret', 'my-secret'];
    const args = ['--data', folder(), '--port', '0', '--http-port', '0', '--table', READINGS_DDL, ...credentials];
    const server = new CliProcess([...args, '--log', 'json']);
    const endpoint = await server.listening();
    const [, workspaceUrl = ''] = /^ *export DATABRICKS_HOST=(\S+)$/m.exec(server.stdout) ?? [];
    expect(server.stdout).toContain(
      `Live page              ${workspaceUrl}/      # asks for the client id and its secret`,
    );
    const token = await fetchToken({ workspaceUrl }, READINGS, { clientId: 'me', clientSecret: 'my-secret' });
    const stream = await RawStream.open(endpoint, READINGS, { token });
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.close();
    const refused = new RawStream(endpoint, { table: READINGS, token });
    refused.send({ createStream: { tableName: 'main.iot.\u0085nope', recordType: 2 } });
    await refused.status;
    server.kill('SIGTERM');
    const { stderr } = await server.ended;

    const lines = stderr.trimEnd().split('\n');
    const objects = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(objects.map(({ type }) => type)).toEqual([
      'tokenIssued',
      'streamOpened',
      'streamClosed',
      'streamRefused',
      'note',
      'commit',
    ]);
    for (const { time } of objects) {
      expect(new Date(String(time)).toISOString()).toBe(String(time));
    }
    expect(objects[0]).toEqual(
      jasmine.objectContaining({ tables: [READINGS], clientId: 'me', grantType: 'client_credentials' }),
    );
    expect(objects[3]).toEqual(jasmine.objectContaining({ tableName: 'main.iot.\u0085nope' }));
    expect(stderr).not.toMatch(/my-secret|\u0085/);
    expect(stderr).not.toContain(token);
  });

  it('lets no text of a client hide or forge a line', () => {
    const text = 'a\r\n{"type":"forged"}\u001b[2J\u009b1m\u202e\u2028\u{e0041}é';
    const line = logObject({ type: 'streamRefused', reason: text }, new Date(0));
    expect(line).toMatch(/^[\x20-\x7eé]*$/);
    expect(JSON.parse(line)).toEqual({ time: '1970-01-01T00:00:00.000Z', type: 'streamRefused', reason: text });
  });

  it('refuses another format', async () => {
    const { code, stderr } = await CliProcess.run(['--log', 'xml']);
    expect(code).toBe(1);
    expect(stderr).toContain('Allowed choices are text, json');
  });
});
