import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readTable, type ZerobusLocal } from 'zerobus-local';
import { freePort } from '../support/freePort.ts';
import { OFFICIAL_SDK_PACKAGE, RECORD_COUNT } from '../support/officialSdk.ts';
import { requireOrSkip } from '../support/optional.ts';
import { startServerProcess, stopProcess } from '../support/serverProcess.ts';
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

  describe('with auth on', () => {
    const table = 'main.iot.json_halves';
    const ddl = `CREATE TABLE ${table} (device STRING, temp INT NOT NULL, at TIMESTAMP)`;
    let dataDir: string;
    let ports: { port: number; httpPort: number };
    let client: ChildProcess | undefined;
    let close: () => Promise<void>;

    beforeEach(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'rxjs-zerobus-'));
      ports = { port: await freePort(), httpPort: await freePort() };
      close = async () => undefined;
      requireOrSkip(OFFICIAL_SDK_PACKAGE, 'the official SDK has no native package for this platform');
    });
    afterEach(async () => {
      client?.kill('SIGKILL');
      await close();
      await rm(dataDir, { recursive: true, force: true });
    });

    /** Lets the client send its halves, and restarts the server between them. */
    async function sendHalves(restart: () => Promise<void>): Promise<void> {
      const addresses = [`http://127.0.0.1:${ports.port}`, `http://127.0.0.1:${ports.httpPort}`];
      const args = [program, ...addresses, 'client', 'client-secret', 'json', 'halves'];
      const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      client = child;
      const exited = once(child, 'exit');
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      expect((await lines.next()).value).toBe('half');
      await restart();
      child.stdin.write('go\n');
      expect((await lines.next()).value).toBe('done');
      expect(await exited).toEqual([0, null]);
    }

    async function storedReadings(): Promise<unknown> {
      await close();
      close = async () => undefined;
      const { rows } = await readTable(
        join(dataDir, 'tables', ...table.split('.')),
        'SELECT count(DISTINCT temp)::INT, min(temp), max(temp) FROM this',
      );
      return rows;
    }

    it('goes on after close() and startZerobusLocal()', async () => {
      const options = { ...ports, dataDir, tables: [ddl] };
      let current = (await startServer(options)).server;
      close = () => current.close();
      await sendHalves(async () => {
        await current.close();
        current = (await startServer(options)).server;
      });
      expect(current.activity.counters.streamsRefused).toBe(0);
      expect(await storedReadings()).toEqual([[RECORD_COUNT, 0, RECORD_COUNT - 1]]);
    });

    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      it(`goes on after the command was ended by ${signal} and started again`, async () => {
        const args = ['--data', dataDir, '--port', `${ports.port}`, '--http-port', `${ports.httpPort}`, '--table', ddl];
        let current = await startServerProcess(args);
        close = () => stopProcess(current, 'SIGINT');
        await sendHalves(async () => {
          await stopProcess(current, signal);
          current = await startServerProcess(args);
        });
        expect(await storedReadings()).toEqual([[RECORD_COUNT, 0, RECORD_COUNT - 1]]);
      });
    }
  });

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
