import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startZerobusLocal } from '../lib/startZerobusLocal.ts';
import type { ZerobusLocalOptions } from '../lib/zerobusLocalOptions.ts';

const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

const trap = (): never => {
  throw Object.create(null);
};
const throwing: object = new Proxy({}, { get: trap, ownKeys: trap });

/** Wrong values by the names of options. */
const wrong: Readonly<Record<keyof ZerobusLocalOptions, readonly unknown[]>> = {
  dataDir: ['', 5, {}, 'a\0b', revoked],
  tables: ['CREATE TABLE a.b.c (n INT)', 5, {}, revoked],
  variables: [5, [], { catalog: 5 }, null],
  host: ['', 5, null],
  allowedHosts: ['host', [5], {}],
  port: [-1, 65_536, 1.5, Number.NaN, '50051', null],
  httpPort: [-1, '8080', {}],
  tls: ['true', 5, null, [], throwing],
  auth: [true, 'id', { clientId: 'a' }, { clientId: '', clientSecret: 'b' }, null],
  subjectTokenIssuer: ['', 5],
  workspaceId: ['', 5n],
  tokenTtlMs: [-1, Number.NaN, '5'],
  flushIntervalMs: [-1, Number.NaN, '5', null],
  maxUnflushedBytes: [-1, '1GiB'],
  optimizeAfterFiles: [-1, 1.5, '32'],
  rotateAfterMs: [-1, '5m'],
  rotationGraceMs: [-1, null],
  onFlush: [5, {}, null],
  onEvent: ['event'],
  onNote: [console],
  onError: [[]],
};

describe('startZerobusLocal, with an option of another type', () => {
  const { TMPDIR } = process.env;
  let temporaryDir: string;

  beforeEach(async () => {
    temporaryDir = await mkdtemp(join(tmpdir(), 'zerobus-options-'));
    process.env['TMPDIR'] = temporaryDir;
  });

  afterEach(async () => {
    if (TMPDIR === undefined) {
      delete process.env['TMPDIR'];
    } else {
      process.env['TMPDIR'] = TMPDIR;
    }
    await rm(temporaryDir, { recursive: true });
  });

  for (const [name, values] of Object.entries(wrong)) {
    it(`refuses ${name} before anything is opened, and names it`, async () => {
      for (const value of values) {
        const error: unknown = await startZerobusLocal({ [name]: value }).catch((reason: unknown) => reason);
        expect(error).toEqual(jasmine.objectContaining({ name: 'TypeError', code: 'INVALID_OPTIONS' }));
        expect((error as Error).message).toMatch(
          value === revoked ? /can not be read|must be/ : new RegExp(`^${name} must be .*\\.$`),
        );
      }
      expect(await readdir(temporaryDir)).toEqual([]);
    });
  }

  it('refuses options that are not an object, or can not be read, and tables that are none', async () => {
    for (const options of [5, 'x', null, [], revoked] as never[]) {
      await expectAsync(startZerobusLocal(options)).toBeRejectedWith(
        jasmine.objectContaining({ code: 'INVALID_OPTIONS' }),
      );
    }
    for (const table of [5, null, {}, { catalog: 'a', schema: 'b', name: 'c' }] as never[]) {
      await expectAsync(startZerobusLocal({ tables: [table] })).toBeRejectedWith(
        jasmine.objectContaining({ name: 'TableDefinitionError' }),
      );
    }
  });
});
