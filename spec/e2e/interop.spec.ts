import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readTable, type ZerobusLocal } from 'zerobus-local';
import { OFFICIAL_SDK_PACKAGE, RECORD_COUNT } from '../support/officialSdk.ts';
import { requireOrSkip } from '../support/optional.ts';
import { type StartedServer, startServer } from '../support/startServer.ts';

const program = fileURLToPath(new URL('./programs/officialClient.js', import.meta.url));

describe('The official SDK, an independent client, against zerobus-local', () => {
  const forms = ['json', 'proto'] as const;
  const modes = ['single', 'batch'] as const;
  let server: ZerobusLocal;
  let connection: StartedServer['connection'];

  beforeAll(async () => {
    const tables = forms.flatMap((form) =>
      modes.map((mode) => `CREATE TABLE main.iot.${form}_${mode} (device STRING, temp INT NOT NULL, at TIMESTAMP)`),
    );
    ({ server, connection } = await startServer({ tables }));
  });
  afterAll(() => server.close());

  for (const form of forms) {
    for (const mode of modes) {
      it(`brings ${RECORD_COUNT} ${form.toUpperCase()} records into the table, ${mode}`, async () => {
        requireOrSkip(OFFICIAL_SDK_PACKAGE, 'the official SDK has no native package for this platform');
        const { endpoint, workspaceUrl, clientId, clientSecret } = connection;
        const { stdout } = await promisify(execFile)(process.execPath, [
          program,
          endpoint,
          workspaceUrl,
          clientId,
          clientSecret,
          form,
          mode,
        ]);
        expect(stdout).toBe('done\n');
        await server.flush();
        const { rows } = await readTable(
          server.tablePath(`main.iot.${form}_${mode}`),
          `SELECT count(*)::INT, count(DISTINCT temp)::INT, min(temp), max(temp), bool_and(device = 'dévice ' || temp % 7), bool_and(epoch_us("at") = 1700000000000000 + temp) FROM this`,
        );
        expect(rows).toEqual([[RECORD_COUNT, RECORD_COUNT, 0, RECORD_COUNT - 1, true, true]]);
      });
    }
  }

  it(`brings ${RECORD_COUNT} records over TLS, trusting the certificate authority of zerobus-local`, async () => {
    requireOrSkip(OFFICIAL_SDK_PACKAGE, 'the official SDK has no native package for this platform');
    const table = 'main.iot.json_batch';
    const secure = await startServer({
      tables: [`CREATE TABLE ${table} (device STRING, temp INT NOT NULL, at TIMESTAMP)`],
      tls: true,
    });
    await using _ = secure.server;
    const { endpoint, workspaceUrl, clientId, clientSecret } = secure.connection;
    const args = [program, endpoint, workspaceUrl, clientId, clientSecret, 'json', 'batch'];
    const env = { ...process.env, SSL_CERT_FILE: secure.server.caPath };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout).toBe('done\n');
    await secure.server.flush();
    const { rows } = await readTable(secure.server.tablePath(table), 'SELECT count(DISTINCT temp)::INT FROM this');
    expect(rows).toEqual([[RECORD_COUNT]]);
  });
});
