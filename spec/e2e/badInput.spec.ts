import { createServer } from 'node:net';
import { concat, lastValueFrom, NEVER, type Observable, of } from 'rxjs';
import { ListenError, startZerobusLocal, type ZerobusLocal } from 'zerobus-local';
import { isZerobusError, type ZerobusError } from '../../lib/errors/zerobusError.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
import { READINGS_TABLE, startServer } from '../support/startServer.ts';

/** Returns the error that ends a stream of these records. */
async function errorOf(
  records$: Observable<object | string>,
  options: ToZerobusOptions,
  table: string = READINGS_TABLE,
): Promise<ZerobusError> {
  const error: unknown = await lastValueFrom(records$.pipe(toZerobus(table, options)), {
    defaultValue: undefined,
  }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isZerobusError(error)) {
    throw new Error(`expected a ZerobusError, got ${String(error)}`);
  }
  return error;
}

describe('Bad input, against a real server', () => {
  let server: ZerobusLocal;
  let connection: ToZerobusOptions;

  beforeAll(async () => {
    ({ server, connection } = await startServer());
  });
  afterAll(() => server.close());

  const good = { device: 'a', temp: 1 };
  const goodText = JSON.stringify(good);

  it('an unknown table is NOT_FOUND', async () => {
    const error = await errorOf(of(good), connection, 'main.iot.nothing');
    expect([error.code, error.isRetryable, error.unacked]).toEqual(['NOT_FOUND', false, [goodText]]);
    expect(error.message).toContain('main.iot.nothing');
  });

  it('a malformed table name is INVALID_TABLE_NAME, before anything is opened', () => {
    for (const name of ['readings', 'main.iot', 'main.iot.read-ings', 'main..readings', 'a.b.c.d', '']) {
      expect(() => toZerobus(name, connection)).toThrow(jasmine.objectContaining({ code: 'INVALID_TABLE_NAME' }));
    }
  });

  it('wrong credentials are INVALID_CREDENTIALS, and print no secret', async () => {
    const error = await errorOf(of(good), { ...connection, clientSecret: 'wrong-secret' });
    expect([error.code, error.isRetryable, error.unacked]).toEqual(['INVALID_CREDENTIALS', false, [goodText]]);
    expect(String(error.stack) + JSON.stringify(error) + String(error.cause)).not.toContain('wrong-secret');
  });

  for (const [what, record, cause] of [
    ['an unknown column', { ...good, humidity: 3 }, 'FIELD_NOT_IN_TABLE'],
    ['a missing NOT NULL column', { device: 'a' }, 'MISSING_REQUIRED_COLUMN'],
    ['a wrong type', { device: 'a', temp: 'warm' }, 'TYPE_INCOMPATIBLE'],
  ] as const) {
    it(`${what} is INVALID_SCHEMA with its cause, and nothing of that batch is durable`, async () => {
      const error = await errorOf(of(good, record), connection);
      expect([error.code, error.isRetryable, error.schemaCauses]).toEqual(['INVALID_SCHEMA', false, [cause]]);
      expect(error.unacked).toEqual([goodText, JSON.stringify(record)]);
    });
  }

  it('a Date for a TIMESTAMP is INVALID_SCHEMA, and the error says what the column takes', async () => {
    const error = await errorOf(of({ ...good, at: new Date(0) }), connection);
    expect([error.code, error.schemaCauses]).toEqual(['INVALID_SCHEMA', ['TYPE_INCOMPATIBLE']]);
    expect(error.message).toContain('microseconds since 1970 (date.getTime() * 1000)');
  });

  it('a zero that proto3 omits is INVALID_SCHEMA, and the error names proto3', async () => {
    const { descriptor } = defineTable(READINGS_TABLE, (t) => ({ device: t.string(), temp: t.int() }));
    // What an encoder of proto3 writes for { device: 'a', temp: 0 }.
    const message$ = of(Uint8Array.of(0x0a, 1, 0x61));
    const error = await errorOf(message$, { ...connection, descriptor });
    expect([error.code, error.schemaCauses]).toEqual(['INVALID_SCHEMA', ['MISSING_REQUIRED_COLUMN']]);
    expect(error.message).toContain('proto3 field without `optional`');
  });

  it('text that is not JSON is refused by the service', async () => {
    const error = await errorOf(of('{"device":'), connection);
    expect(['INVALID_ARGUMENT', 'INVALID_SCHEMA']).toContain(error.code);
    expect(error.unacked).toEqual(['{"device":']);
  });

  it('a record of 11 MB is RECORD_TOO_LARGE, and the records before it are durable', async () => {
    const large = { device: 'x'.repeat(11_000_000), temp: 1 };
    const error = await errorOf(of(good, large, good), connection);
    expect([error.code, error.offset, error.unacked.length]).toEqual(['RECORD_TOO_LARGE', 1, 1]);
    expect(error.unacked[0]?.length).toBe(JSON.stringify(large).length);
  });

  const cycle: { temp: number; self?: object } = { temp: 1 };
  cycle.self = cycle;
  for (const [what, record] of [
    ['a NaN', { temp: Number.NaN }],
    ['a cycle', cycle],
  ] as const) {
    it(`a record with ${what} is INVALID_RECORD, and the records before it are durable`, async () => {
      const before = server.counters(READINGS_TABLE).acceptedRows;
      const error = await errorOf(of(good, record, good), connection);
      expect([error.code, error.offset, error.unacked]).toEqual(['INVALID_RECORD', 1, []]);
      expect(server.counters(READINGS_TABLE).acceptedRows - before).toBe(1);
    });
  }

  it('an unreachable server is UNAVAILABLE after all retries, with all unacknowledged records', async () => {
    const gone = await startServer();
    await gone.server.close();
    const headersProvider = { getHeaders: () => ({}) };
    const tries = { recoveryBackoffMs: 1, recoveryRetries: 2 };
    const error = await errorOf(of(good, good), { ...gone.connection, headersProvider, ...tries });
    expect([error.code, error.isRetryable, error.unacked]).toEqual(['UNAVAILABLE', true, [goodText, goodText]]);
  });

  it('an unreachable workspace is TOKEN_FETCH_FAILED after all retries', async () => {
    const gone = await startServer();
    await gone.server.close();
    const error = await errorOf(of(good), { ...gone.connection, recoveryBackoffMs: 1, recoveryRetries: 1 });
    expect([error.code, error.isRetryable, error.unacked]).toEqual(['TOKEN_FETCH_FAILED', true, [goodText]]);
  });

  it('a server that goes away leaves the unacknowledged records to the client, in order', async () => {
    const { server: mortal, connection: to } = await startServer();
    const seen: number[] = [];
    const error = await new Promise<ZerobusError>((resolve) => {
      concat(of(good, good), NEVER)
        .pipe(toZerobus(READINGS_TABLE, { ...to, recovery: false }))
        .subscribe({
          next: (offset) => {
            seen.push(offset);
            mortal.faults.dropAcks();
            mortal.faults.closeStreams({ code: 14, message: 'going down' });
          },
          error: resolve,
        });
    });
    await mortal.close();
    expect([seen, error.code, error.message, error.unacked]).toEqual([[1], 'UNAVAILABLE', 'going down', []]);
  });

  it('a port in use is a ListenError that names it', async () => {
    const occupant = createServer();
    const port = await new Promise<number>((resolve) => {
      occupant.listen(0, '127.0.0.1', () => resolve((occupant.address() as { port: number }).port));
    });
    const error: unknown = await startZerobusLocal({ tables: ['CREATE TABLE a.b.c (x INT)'], port }).catch(
      (reason: unknown) => reason,
    );
    await new Promise((resolve) => occupant.close(resolve));
    expect(error).toBeInstanceOf(ListenError);
    expect((error as ListenError).code).toBe('PORT_IN_USE');
    expect((error as ListenError).message).toContain(String(port));
  });
});
