import fc from 'fast-check';
import { type DeltaTable, fullTableName } from '../../lib/schema/deltaType.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import { rowLine, rowsArbitrary, typeArbitrary } from '../flush/columnArbitrary.ts';
import { columnRules } from '../support/columnRules.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS } from '../support/readings.ts';
import { insert } from '../support/rest.ts';
import { variantTextArbitrary } from '../variant/variantText.ts';

const INVALID_ARGUMENT = 3;

function tableOf(name: string, columns: DeltaTable['columns']): DeltaTable {
  return { catalog: 'main', schema: 'spec', name, columns };
}

/** Only the messages of REST end with a full stop. */
function withoutStop(message: string): string {
  return message.replace(/\.$/, '');
}

describe('REST ingest beside gRPC', () => {
  let server: ZerobusLocal;

  afterEach(() => server.close());

  async function rowsOf(table: DeltaTable): Promise<readonly (readonly unknown[])[]> {
    return (await readTable(server.tablePath(fullTableName(table)))).rows;
  }

  it('stores the same rows of any records, or refuses them in the same words', async () => {
    const columns = fc
      .array(typeArbitrary, { minLength: 1, maxLength: 4 })
      .map((types) => types.map((type, index) => ({ name: `c${index}`, type, nullable: true })));
    const space = fc.constantFrom('', ' ', '\n\t', '\r\n  ');
    const run = columns.chain((found) =>
      fc.tuple(fc.constant(found), fc.array(rowsArbitrary(found), { minLength: 1, maxLength: 4 }), space),
    );
    let storedRows = 0;
    const property = fc.asyncProperty(run, async ([found, batches, gap]) => {
      const [byRest, byGrpc] = [tableOf('by_rest', found), tableOf('by_grpc', found)];
      server = await startZerobusLocal({ tables: [byRest, byGrpc], auth: false });
      for (const rows of batches) {
        const records = rows.map((row) => rowLine(found, row).trim());
        const body = `${gap}[${gap}${records.join(`${gap},${gap}`)}${gap}]${gap}`;
        const stream = await RawStream.open(server.endpoint, fullTableName(byGrpc));
        stream.sendJson(0, records);
        const { details } = await stream.close();
        const answer = await insert(server, fullTableName(byRest), body);

        expect(withoutStop(answer.body.message ?? 'OK')).toBe(withoutStop(details));
      }
      await server.flush();
      const stored = await rowsOf(byRest);
      storedRows += stored.length;

      expect(stored).toEqual(await rowsOf(byGrpc));
      await server.close();
    });
    await fc.assert(property, { numRuns: 15 });
    expect(storedRows).toBeGreaterThan(0);
  }, 60_000);

  it('stores the same variants', async () => {
    const texts = fc.sample(variantTextArbitrary, { numRuns: 200, seed: 7 });
    const columns: DeltaTable['columns'] = [{ name: 'v', type: { kind: 'variant' }, nullable: true }];
    const [byRest, byGrpc] = [tableOf('by_rest', columns), tableOf('by_grpc', columns)];
    server = await startZerobusLocal({ tables: [byRest, byGrpc], auth: false });
    const records = texts.map(({ text }) => JSON.stringify({ v: text }));
    const stream = await RawStream.open(server.endpoint, fullTableName(byGrpc));
    stream.sendJson(0, records);
    await stream.close();
    const answer = await insert(server, fullTableName(byRest), `[${records.join()}]`);
    await server.flush();

    expect(answer.status).toBe(200);
    const stored = await rowsOf(byRest);
    expect(stored).toHaveSize(200);
    expect(stored).toEqual(await rowsOf(byGrpc));
  });

  it('takes and refuses the same values in the same words', async () => {
    const types = Object.keys(columnRules);
    server = await startZerobusLocal({
      tables: [`CREATE TABLE ${READINGS} (${types.map((type, index) => `c${index} ${type}`).join(', ')})`],
      auth: false,
    });
    for (const [index, { good, bad }] of Object.values(columnRules).entries()) {
      const taken = good.map((value) => `{"c${index}":${value}}`);
      expect((await insert(server, READINGS, `[${taken.join()}]`)).body)
        .withContext(types[index] ?? '')
        .toEqual({});
      for (const value of bad) {
        const record = `{"c${index}":${value}}`;
        const stream = await RawStream.open(server.endpoint, READINGS);
        stream.sendJson(0, [record]);
        const { code, details } = await stream.status;
        const { status, body } = await insert(server, READINGS, `[${record}]`);

        expect([code, withoutStop(details)])
          .withContext(record)
          .toEqual([INVALID_ARGUMENT, withoutStop(body.message ?? '')]);
        expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
      }
    }
    const total = Object.values(columnRules).reduce((sum, { good }) => sum + good.length, 0);
    expect(server.counters(READINGS).acceptedRows).toBe(total);
  });
});
