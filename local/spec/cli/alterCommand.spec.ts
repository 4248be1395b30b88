import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { CliProcess } from '../support/cliProcess.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

describe('The zerobus-local alter command', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({
      tables: [READINGS_DDL],
      auth: { clientId: 'me', clientSecret: 'secret' },
    });
  });

  afterEach(async () => {
    await CliProcess.killAll();
    await server.close();
  });

  it('alters a table of the running server with the credentials of its environment', async () => {
    const env = { DATABRICKS_CLIENT_ID: 'me', DATABRICKS_CLIENT_SECRET: 'secret' };
    const statement = `ALTER TABLE ${READINGS} ADD COLUMN note STRING`;
    const { code, stdout, stderr } = await CliProcess.run(
      ['alter', statement, '--http-port', `${server.httpPort}`],
      env,
    );

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`${READINGS} (device string, temp int, at timestamp, note string)\n`);
    expect(server.tables[0]?.columns.length).toBe(4);
  }, 60_000);

  it('says in one line what is wrong', async () => {
    const url = ['--url', `${server.workspaceUrl}/`];
    const [refused, unknown] = await Promise.all([
      CliProcess.run(['alter', 'ALTER TABLE a.b.c ADD COLUMN x INT', ...url]),
      CliProcess.run([
        'alter',
        'ALTER TABLE a.b.c ADD COLUMN x INT',
        ...url,
        '--client-id',
        'me',
        '--client-secret',
        'secret',
      ]),
    ]);
    expect([refused.code, unknown.code]).toEqual([1, 1]);
    expect(refused.stderr).toBe('zerobus-local: Client authentication failed\n');
    expect(unknown.stderr).toMatch(/^zerobus-local: The table a\.b\.c is not served\. The served tables are: .*\n$/);
    await server.close();
    const gone = await CliProcess.run(['alter', 'ALTER TABLE a.b.c ADD COLUMN x INT', ...url]);

    expect(gone.code).toBe(1);
    expect(gone.stderr).toMatch(/^zerobus-local: No server answers http:.*ECONNREFUSED.*--url\.\n$/);
  }, 60_000);
});
