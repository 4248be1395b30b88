import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableStoreError } from '../../lib/errors.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { commitAsOther } from '../storage/storeFixture.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';
import { fetchToken } from '../support/tokens.ts';

describe('POST /api/local/alter', () => {
  let server: ZerobusLocal;

  beforeEach(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL] });
  });

  afterEach(() => server.close().catch(() => undefined));

  async function post(
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<[number, Record<string, unknown>]> {
    const response = await fetch(`${server.workspaceUrl}/api/local/alter`, { method: 'POST', headers, body });
    return [response.status, (await response.json()) as Record<string, unknown>];
  }

  it('alters a table, and answers with what it is now', async () => {
    const authorization = `Bearer ${await fetchToken(server)}`;
    const [status, table] = await post(`ALTER TABLE ${READINGS} ADD COLUMN note STRING`, { authorization });

    expect(status).toBe(200);
    expect(table).toEqual(jasmine.objectContaining({ full_name: READINGS }));
    expect((table['columns'] as { name: string }[]).map(({ name }) => name)).toEqual(['device', 'temp', 'at', 'note']);
  });

  it('refuses a request without a token of the workspace', async () => {
    const statement = `ALTER TABLE ${READINGS} ADD COLUMN note STRING`;
    const ingest = `Bearer ${await fetchToken(server, READINGS)}`;
    for (const headers of [{}, { authorization: 'Bearer nope' }, { authorization: ingest }]) {
      expect((await post(statement, headers))[0]).toBe(401);
    }
    expect(server.tables[0]?.columns.length).toBe(3);
  });

  it('refuses a page of another site', async () => {
    const authorization = `Bearer ${await fetchToken(server)}`;
    const statement = `ALTER TABLE ${READINGS} ADD COLUMN note STRING`;

    expect((await post(statement, { authorization, origin: 'https://example.com' }))[0]).toBe(403);
    expect((await post(statement, { authorization, origin: server.workspaceUrl }))[0]).toBe(200);
  });

  it('answers with the reason why a table is not served', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'zerobus-local-spec-'));
    try {
      await mkdir(join(dataDir, 'tables/main/iot/torn/_delta_log'), { recursive: true });
      await writeFile(join(dataDir, 'tables/main/iot/torn/_delta_log/00000000000000000000.json'), '{');
      const broken = await startZerobusLocal({ dataDir, auth: false, onError: () => undefined });
      await expectAsync(broken.alterTable('ALTER TABLE main.iot.torn ADD COLUMN x INT')).toBeRejectedWithError(
        TableStoreError,
        /main\.iot\.torn can't be served: .*is damaged/,
      );
      await broken.close();
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });

  it('answers with the reason if the statement or the table is wrong', async () => {
    const authorization = `Bearer ${await fetchToken(server)}`;
    const refused = (statement: string) => post(statement, { authorization });

    expect(await refused('ALTER TABLE main.iot.none ADD COLUMN x INT')).toEqual([
      404,
      {
        error_code: 'TABLE_DOES_NOT_EXIST',
        message: jasmine.stringMatching(/The served tables are: main\.iot\.readings/),
      },
    ]);
    expect(await refused(`ALTER TABLE ${READINGS} ADD COLUMN temp INT`)).toEqual([
      400,
      { error_code: 'INVALID_PARAMETER_VALUE', message: jasmine.stringMatching(/already a column temp/) },
    ]);
    expect((await refused('DROP TABLE main.iot.readings'))[0]).toBe(400);
    await commitAsOther(server.tablePath(READINGS), { protocol: { minReaderVersion: 1, minWriterVersion: 3 } });
    expect(await refused(`ALTER TABLE ${READINGS} ADD COLUMN x INT`)).toEqual([
      409,
      { error_code: 'INVALID_STATE', message: jasmine.stringMatching(/takes no records/) },
    ]);
  });
});
