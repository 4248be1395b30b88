import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { startZerobusLocal } from 'zerobus-local';
import { install, PACKING_TIMEOUT_MS, pack, packageFolder, run } from '../support/packedPackage.ts';

const TYPED_IMPORTS = `import { from, lastValueFrom } from 'rxjs';
import { toZerobus } from 'rxjs-zerobus';
import { type QueryResult, readTable, startZerobusLocal, type ZerobusLocal } from 'zerobus-local';
`;
const REQUIRES = `const { from, lastValueFrom } = require('rxjs');
const { toZerobus } = require('rxjs-zerobus');
const { readTable, startZerobusLocal } = require('zerobus-local');
`;
const TABLE = 'main.iot.readings';

/** A function that streams records into a server, with TLS if it is passed, and reads the table back. */
function roundTrip(declaration: string): string {
  return `${declaration} {
  const server = await startZerobusLocal({
    tables: ['CREATE TABLE ${TABLE} (device STRING, temp INT NOT NULL)'],
    tls,
  });
  try {
    const records = Array.from({ length: 100 }, (_, temp) => ({ device: 'd', temp }));
    const { endpoint, workspaceUrl, ca } = server;
    const options = { endpoint, workspaceUrl, clientId: 'a-client', clientSecret: 'a-secret', ...(ca ? { tls: { ca } } : {}) };
    await lastValueFrom(from(records).pipe(toZerobus('${TABLE}', options)));
    await server.flush();
    return await readTable(server.tablePath('${TABLE}'), 'SELECT count(*), sum(temp) FROM this');
  } finally {
    await server.close();
  }
}
`;
}

const UNTYPED = roundTrip('async function roundTrip(tls)');
const TYPED = roundTrip('async function roundTrip(tls: boolean): Promise<QueryResult>');
const TESTS = `
test('streams records and reads them back', async () => {
  expect((await roundTrip(false)).rows).toEqual([['100', '4950']]);
});

test('streams records over TLS', async () => {
  expect((await roundTrip(true)).rows).toEqual([['100', '4950']]);
});
`;
/**
 * A test of a folder that another process has open. The errors of native code are instances of a class that code in
 * jest does not know.
 */
function lockTest(dataDir: string): string {
  return `
test('names the process that has the folder', async () => {
  const start = startZerobusLocal({ dataDir: ${JSON.stringify(dataDir)} });
  await expect(start).rejects.toThrow('is already open in process ${process.pid}');
});
`;
}

const PROGRAM = `
async function main(): Promise<void> {
  const results: readonly QueryResult[] = [await roundTrip(false), await roundTrip(true)];
  console.log(JSON.stringify(results.map(({ rows }) => rows)));
}
export const started: Promise<void> = main();
export const start: (options: { readonly port: number }) => Promise<ZerobusLocal> = startZerobusLocal;
// @ts-expect-error: nothing here is any
export const text: string = startZerobusLocal;
`;
const PRINTED = '[[["100","4950"]],[["100","4950"]]]\n';

describe('zerobus-local, packed, in a CommonJS package', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-runners-'));
    const tarballs = { 'rxjs-zerobus': pack('.', folder).tarball, 'zerobus-local': pack('local', folder).tarball };
    install(tarballs, ['@jest/globals', '@types/node', 'jest', 'ts-jest', 'typescript', 'vitest'], folder);
  }, PACKING_TIMEOUT_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Writes the files of a package beside the others, which share the folder's `node_modules`. */
  function consumer(name: string, files: Readonly<Record<string, string>>): string {
    const place = join(folder, name);
    const manifest = { 'package.json': JSON.stringify({ name, private: true, version: '1.0.0' }) };
    for (const [path, text] of Object.entries({ ...manifest, ...files })) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), text);
    }
    return place;
  }

  function program(name: string, path: string, args: readonly string[], place: string): string {
    return run(process.execPath, [join(packageFolder(name), path), ...args], place);
  }

  it(
    'runs in jest as it comes, in JavaScript',
    async () => {
      await using server = await startZerobusLocal();
      const test = `${REQUIRES}\n${UNTYPED}${TESTS}${lockTest(server.dataDir)}`;
      const report = JSON.parse(
        program('jest', 'bin/jest.js', ['--json'], consumer('jest', { 'readings.test.js': test })),
      );
      expect(report).toEqual(jasmine.objectContaining({ numPassedTests: 3, numTotalTests: 3, success: true }));
    },
    PACKING_TIMEOUT_MS,
  );

  it(
    'runs in ts-jest as it comes, in TypeScript',
    () => {
      const test = `import { expect, test } from '@jest/globals';\n${TYPED_IMPORTS}\n${TYPED}${TESTS}`;
      const place = consumer('ts-jest', {
        'jest.config.js': `module.exports = require('ts-jest').createDefaultPreset();`,
        'readings.test.ts': test.replace(', type ZerobusLocal', ''),
      });
      const report = JSON.parse(program('jest', 'bin/jest.js', ['--json'], place));
      expect(report).toEqual(jasmine.objectContaining({ numPassedTests: 2, numTotalTests: 2, success: true }));
    },
    PACKING_TIMEOUT_MS,
  );

  it(
    'runs in vitest as it comes',
    () => {
      const test = `import { expect, test } from 'vitest';\n${TYPED_IMPORTS}\n${TYPED}${TESTS}`;
      const place = consumer('vitest', { 'readings.test.ts': test });
      const report = JSON.parse(program('vitest', 'vitest.mjs', ['run', '--reporter=json'], place));
      expect(report).toEqual(jasmine.objectContaining({ numPassedTests: 2, numTotalTests: 2, success: true }));
    },
    PACKING_TIMEOUT_MS,
  );

  for (const [resolution, compiler, options] of [
    ['node', '@typescript/typescript6/bin/tsc6', { module: 'commonjs', ignoreDeprecations: '6.0' }],
    ['node16', 'typescript/bin/tsc', { module: 'node16' }],
  ] as const) {
    it(
      `compiles with moduleResolution ${resolution} by ${compiler.split('/').at(-1)}, and runs without a warning`,
      () => {
        const compilerOptions = { ...options, moduleResolution: resolution, target: 'es2022', strict: true };
        const place = consumer(`${resolution}-${compiler.split('/').at(-1)}`, {
          'tsconfig.json': JSON.stringify({ compilerOptions: { ...compilerOptions, types: ['node'] } }),
          'readings.ts': `${TYPED_IMPORTS}\n${TYPED}${PROGRAM}`,
        });
        expect(run(process.execPath, [resolve('node_modules', compiler)], place)).toBe('');
        expect(run(process.execPath, ['--throw-deprecation', 'readings.js'], place)).toBe(PRINTED);
      },
      PACKING_TIMEOUT_MS,
    );
  }
});
