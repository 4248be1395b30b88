import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { get as getTls } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Snippet } from '../../../lib/live/api/snippet.ts';
import { readTable } from '../../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../../lib/zerobusLocal.ts';
import { insert } from '../../support/rest.ts';
import { fetchToken } from '../../support/tokens.ts';

const EVERYTHING = 'main.iot.everything';
const DDL = `CREATE TABLE ${EVERYTHING} (
  device STRING NOT NULL, vc VARCHAR(3), ch CHAR(2), b BOOLEAN, ti TINYINT, si SMALLINT, i INT, l BIGINT, f FLOAT,
  d DOUBLE, dc DECIMAL(10,2), dc0 DECIMAL(3,3), whole DECIMAL(38,0), bin BINARY, dt DATE, ts TIMESTAMP,
  tn TIMESTAMP_NTZ, v VARIANT, a ARRAY<INT>, m MAP<STRING, DOUBLE>, mi MAP<INT, STRING>, mb MAP<BOOLEAN, INT>,
  s STRUCT<x: INT, y: ARRAY<STRUCT<z: DATE>>>, g DATE GENERATED ALWAYS AS (CAST(ts AS DATE)),
  id BIGINT GENERATED ALWAYS AS IDENTITY, df INT DEFAULT 7, __proto__ INT
)`;

describe('GET /api/local/start', () => {
  let server: ZerobusLocal;

  beforeAll(async () => {
    server = await startZerobusLocal({ tables: [DDL] });
  });

  afterAll(() => server.close());

  /** The programs by their languages. */
  async function snippets(from: ZerobusLocal, auth = 'local:local'): Promise<ReadonlyMap<string, string>> {
    const url = `${from.workspaceUrl}/api/local/start?table=${EVERYTHING}`;
    const options = { auth, agent: false, ...(from.ca === undefined ? {} : { ca: from.ca }) };
    const [response] = (await once((from.ca === undefined ? get : getTls)(url, options), 'response')) as [
      IncomingMessage,
    ];
    const list = JSON.parse(await text(response)) as Snippet[];
    return new Map(list.map(({ language, code }) => [language, code]));
  }

  /** Runs a program inside of the repository, so that it finds the client. */
  async function run(code: string, env: Readonly<Record<string, string>> = {}): Promise<readonly unknown[]> {
    const folder = await mkdtemp(join(process.cwd(), 'build', 'start-'));
    try {
      const path = join(folder, 'quickstart.mjs');
      await writeFile(path, code);
      const program = spawn(process.execPath, [path], {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [output, [exitCode]] = await Promise.all([text(program.stdout), once(program, 'close')]);
      return [exitCode, output];
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('has a program that runs as it is, with a value of each type', async () => {
    const code = (await snippets(server)).get('typescript') ?? '';
    expect(await run(code)).toEqual([0, 'durable up to record 0\n']);
    await server.flush();
    const { rows } = await readTable(
      server.tablePath(EVERYTHING),
      'SELECT DISTINCT device, vc, ch, dc, dc0, whole, df, __proto__ FROM this',
    );
    expect(rows).toEqual([['device-1', 'vc-', 'ch', '1.50', '0.500', '1', 1, 1]]);
  });

  it('has programs for the official SDKs, which send a record that the table takes', async () => {
    const programs = await snippets(server);
    expect([...programs.keys()]).toEqual(['typescript', 'python', 'rust', 'go', 'java']);
    const token = await fetchToken(server, EVERYTHING);
    // Each of them has the record as JSON text, in the quotes of its language.
    const texts = [
      /r#+"(.*)"#+;/.exec(programs.get('rust') ?? '')?.[1] ?? '',
      /IngestRecordOffset\(`(.*)`\)/.exec(programs.get('go') ?? '')?.[1] ?? '',
      JSON.parse(/ingestRecordOffset\((".*")\);/.exec(programs.get('java') ?? '')?.[1] ?? '""') as string,
    ];
    expect((await insert(server, EVERYTHING, `[${texts.join(',')}]`, { token })).status).toBe(200);
    for (const code of programs.values()) {
      for (const part of [server.endpoint, server.workspaceUrl, EVERYTHING, '"local"']) {
        expect(code).toContain(part);
      }
    }
  });

  it('takes the secret of the only client from the environment, and trusts the authority of the server', async () => {
    const auth = { clientId: 'a"b\\c', clientSecret: 'never shown' };
    const secured = await startZerobusLocal({ tables: [DDL], auth, tls: true });
    try {
      const programs = await snippets(secured, `${auth.clientId}:${auth.clientSecret}`);
      for (const [language, code] of programs) {
        expect(code).not.toContain(auth.clientSecret);
        expect(code).toContain('DATABRICKS_CLIENT_SECRET');
        const quoted = language === 'rust' ? '"a\\u{22}b\\u{5c}c"' : JSON.stringify(auth.clientId);
        expect(code).withContext(language).toContain(quoted);
        expect(code)
          .withContext(language)
          .toContain(language === 'typescript' ? 'readFileSync' : 'SSL_CERT_FILE');
      }
      const env = { DATABRICKS_CLIENT_SECRET: auth.clientSecret };
      expect(await run(programs.get('typescript') ?? '', env)).toEqual([0, 'durable up to record 0\n']);
    } finally {
      await secured.close();
    }
  });
});
