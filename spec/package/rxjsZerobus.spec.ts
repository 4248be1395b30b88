import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { rollup } from 'rollup';
import { startZerobusLocal } from 'zerobus-local';
import { importsOf } from '../support/importGraph.ts';
import { complaints, npm, PACKING_TIMEOUT_MS, type PackedPackage, pack, run } from '../support/packedPackage.ts';

const node = process.execPath;
const attw = resolve('node_modules/@arethetypeswrong/cli/dist/index.js');
/** The lines of a text file that name a folder of the build machine. */
function machinePaths(path: string): readonly string[] {
  const places = [process.cwd(), tmpdir(), ...(process.env['HOME'] ? [process.env['HOME']] : [])].filter(
    (each) => each.length > 1,
  );
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => places.some((place) => line.includes(`${place}/`)));
}

describe('the package rxjs-zerobus', () => {
  let folder: string;
  let packed: PackedPackage;
  let installed: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-package-'));
    packed = pack('.', folder);
    writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }');
    npm(['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', packed.tarball], folder);
    installed = join(folder, 'node_modules/rxjs-zerobus');
  }, PACKING_TIMEOUT_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function consume(name: string, code: string): string {
    writeFileSync(join(folder, name), code);
    return run(node, [name], folder).trim();
  }

  it('contains the expected files and nothing else', () => {
    const wanted =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/rxjsZerobus\.js|docs\/api\.md|dist\/[\w-]+\.(js|cjs|d\.ts|d\.cts|js\.map|cjs\.map)|dist\/THIRD_PARTY_NOTICES\.txt|proto\/zerobus_service\.proto|proto\/generated\/zerobus_service_pb\.(cjs|d\.cts))$/;
    expect(packed.files.filter((path) => !wanted.test(path))).toEqual([]);
    const needed = [
      'CHANGELOG.md',
      'LICENSE',
      'bin/rxjsZerobus.js',
      'dist/THIRD_PARTY_NOTICES.txt',
      'dist/browser.cjs',
      'dist/browser.d.cts',
      'dist/browser.d.ts',
      'dist/browser.js',
      'dist/cli.js',
      'dist/columns.cjs',
      'dist/columns.d.cts',
      'dist/columns.d.ts',
      'dist/columns.js',
      'dist/gateway.cjs',
      'dist/gateway.d.cts',
      'dist/gateway.d.ts',
      'dist/gateway.js',
      'dist/index.cjs',
      'dist/index.d.cts',
      'dist/index.d.ts',
      'dist/index.js',
      'dist/otel.cjs',
      'dist/otel.d.cts',
      'dist/otel.d.ts',
      'dist/otel.js',
      'dist/testing.cjs',
      'dist/testing.d.cts',
      'dist/testing.d.ts',
      'dist/testing.js',
      'docs/api.md',
    ];
    expect(packed.files).toEqual(jasmine.arrayContaining(needed));
  });

  it('names no folder of the build machine', () => {
    for (const path of packed.files) {
      expect(machinePaths(join(installed, path)))
        .withContext(path)
        .toEqual([]);
    }
  });

  it('maps its code to the TypeScript sources, and carries them', () => {
    const maps = packed.files
      .filter((path) => path.endsWith('.map'))
      .map((path) => JSON.parse(readFileSync(join(installed, path), 'utf8')));
    expect(new Set(maps.flatMap(({ sources }) => sources))).toContain('../lib/errors/zerobusError.ts');
    for (const { sources, sourcesContent } of maps) {
      for (const source of sources) {
        expect(source).toMatch(/^\.\.\/(lib|operators|proto)\/.*\.ts$/);
      }
      expect(sourcesContent).toEqual(sources.map(() => jasmine.any(String)));
    }
  });

  it('keeps generated code out of its types', () => {
    for (const [entry, packages] of [
      ['index', ['rxjs', 'node:stream', 'node:stream/web']],
      ['browser', ['rxjs']],
      ['columns', []],
      // A class that is declared twice is two types, and the definition of a table comes from the main entry point.
      ['gateway', ['node:http', 'rxjs', 'index']],
      ['otel', ['rxjs', '@opentelemetry/api']],
      ['testing', ['rxjs', 'rxjs/testing']],
    ] as const) {
      for (const name of [`${entry}.d.ts`, `${entry}.d.cts`]) {
        const imported = importsOf(name, readFileSync(join(installed, 'dist', name), 'utf8')).map((target) =>
          target.replace(/^index\.c?js$/, 'index'),
        );
        expect(new Set<string>(imported)).withContext(name).toEqual(new Set<string>(packages));
      }
    }
  });

  it('has nothing for tests in what programs load', () => {
    const load = (name: string, loaded = new Set<string>()): readonly string[] => {
      // The command and what it loads later import from each other.
      if (loaded.has(name)) {
        return [];
      }
      loaded.add(name);
      return importsOf(`dist/${name}`, readFileSync(join(installed, 'dist', name), 'utf8')).flatMap((target) =>
        target.startsWith('dist/') ? load(target.slice('dist/'.length), loaded) : [target],
      );
    };
    for (const name of ['index.js', 'index.cjs', 'columns.js', 'columns.cjs', 'gateway.js', 'cli.js']) {
      expect(load(name)).withContext(name).not.toContain('rxjs/testing');
      expect(load(name)).withContext(name).not.toContain('@opentelemetry/api');
    }
    expect(load('otel.js')).toContain('@opentelemetry/api');
    expect(load('testing.js')).toContain('rxjs/testing');
  });

  it('passes publint without complaints', async () => {
    expect(await complaints(packed.tarball)).toEqual([]);
  });

  it('has the right types for every way to import it', () => {
    // node16: Node 10 itself resolves the main entry point only. `typesVersions` leads its types to the other one.
    const report = run(
      node,
      [attw, packed.tarball, '--profile', 'node16', '--format', 'ascii', '--no-color', '--no-emoji'],
      folder,
    );
    expect(report).toContain('No problems found');
  });

  it('brings its three dependencies, takes rxjs from its peer, and nothing else', () => {
    const tree = JSON.parse(npm(['ls', '--json', '--depth=1'], folder));
    expect(Object.keys(tree.dependencies)).toEqual(['rxjs-zerobus']);
    // An optional peer that is not installed is listed without a version.
    const listed: Readonly<Record<string, { version?: string }>> = tree.dependencies['rxjs-zerobus'].dependencies;
    const names = Object.keys(listed).filter((name) => listed[name]?.version !== undefined);
    expect(names.sort()).toEqual(['@grpc/grpc-js', 'axios', 'google-protobuf', 'rxjs']);
    expect(readdirSync(join(folder, 'node_modules'))).not.toContain('zerobus-local');
    // A second copy of rxjs would not recognize the schedulers of the first.
    expect(readdirSync(join(folder, 'node_modules'))).toContain('rxjs');
    expect(readdirSync(installed)).not.toContain('node_modules');
  });

  it('says what its entry point for OpenTelemetry needs', () => {
    const output = consume(
      'otel.mjs',
      `import('rxjs-zerobus/otel').catch(({ code, message }) => console.log(code, message));`,
    );
    expect(output).toMatch(/^ERR_MODULE_NOT_FOUND Cannot find package '@opentelemetry\/api'/);
  });

  it('works in an ES module', () => {
    const output = consume(
      'consumer.mjs',
      `import { ZerobusError, isZerobusError } from 'rxjs-zerobus';
       const error = new ZerobusError('UNAVAILABLE', 'gone', { unacked: ['{}'] });
       console.log(error.code, error.isRetryable, error.unacked.length, isZerobusError(error), error instanceof Error);`,
    );
    expect(output).toBe('UNAVAILABLE true 1 true true');
  });

  it('works in CommonJS', () => {
    const output = consume(
      'consumer.cjs',
      `const { ZerobusError, isZerobusError } = require('rxjs-zerobus');
       const error = new ZerobusError('NOT_FOUND', 'no such table');
       console.log(error.code, error.isRetryable, error.unacked.length, isZerobusError(error), error instanceof Error);`,
    );
    expect(output).toBe('NOT_FOUND false 0 true true');
  });

  for (const [name, load] of [
    ['stream.mjs', `import { from, lastValueFrom } from 'rxjs'; import { toZerobus } from 'rxjs-zerobus';`],
    ['stream.cjs', `const { from, lastValueFrom } = require('rxjs'); const { toZerobus } = require('rxjs-zerobus');`],
  ] as const) {
    it(`brings records into a table from ${name}`, async () => {
      await using server = await startZerobusLocal({
        tables: ['CREATE TABLE main.iot.readings (device STRING, temp INT NOT NULL)'],
        auth: { clientId: 'a-client', clientSecret: 'a-secret' },
      });
      writeFileSync(
        join(folder, name),
        `${load}
         const records = Array.from({ length: 1000 }, (_, temp) => ({ device: 'd', temp }));
         lastValueFrom(from(records).pipe(toZerobus('main.iot.readings'))).then((offset) => console.log(offset));`,
      );
      const env = {
        ...process.env,
        ZEROBUS_ENDPOINT: server.endpoint,
        DATABRICKS_HOST: server.workspaceUrl,
        DATABRICKS_CLIENT_ID: 'a-client',
        DATABRICKS_CLIENT_SECRET: 'a-secret',
      };
      const { stdout } = await promisify(execFile)(node, [name], { cwd: folder, env });
      expect(stdout.trim()).toBe('999');
      await server.flush();
      expect(server.counters('main.iot.readings').tableRows).toBe(1000);
    });
  }

  it('exports the same from both', () => {
    const output = consume(
      'both.mjs',
      `import * as esm from 'rxjs-zerobus';
       import { createRequire } from 'node:module';
       const cjs = createRequire(import.meta.url)('rxjs-zerobus');
       console.log(JSON.stringify([Object.keys(esm).sort(), Object.keys(cjs).sort()]));`,
    );
    const [esm, cjs] = JSON.parse(output);
    expect(esm).toContain('ZerobusError');
    expect(cjs).toEqual(esm);
  });

  it('recognizes the errors of its other copy if a program loads both', () => {
    const output = consume(
      'twice.mjs',
      `import { ZerobusError, isZerobusError } from 'rxjs-zerobus';
       import { createRequire } from 'node:module';
       const other = createRequire(import.meta.url)('rxjs-zerobus');
       const error = new other.ZerobusError('INTERNAL', 'x');
       console.log(other.ZerobusError === ZerobusError, isZerobusError(error), error instanceof ZerobusError,
         other.isZerobusError(new ZerobusError('INTERNAL', 'x')), isZerobusError(new Error('x')));`,
    );
    expect(output).toBe('false true true true false');
  });

  it('recognizes the table definitions of its other copy too', () => {
    const output = consume(
      'definitions.mjs',
      `import { createRequire } from 'node:module';
       import { defineTable, encodeRow, TableDefinition } from 'rxjs-zerobus';
       const other = createRequire(import.meta.url)('rxjs-zerobus');
       const definition = other.defineTable('a.b.c', (t) => ({ x: t.string().notNull() }));
       console.log(other.TableDefinition === TableDefinition, definition instanceof TableDefinition,
         ({}) instanceof TableDefinition, encodeRow(definition, { x: 'y' }).length);`,
    );
    expect(output).toBe('false true false 3');
  });

  it('exports the same column builders from both, and none of them at its top', () => {
    const output = consume(
      'columns.mjs',
      `import * as top from 'rxjs-zerobus';
       import * as esm from 'rxjs-zerobus/columns';
       import { createRequire } from 'node:module';
       const cjs = createRequire(import.meta.url)('rxjs-zerobus/columns');
       const both = Object.keys(esm).filter((name) => name in top);
       console.log(JSON.stringify([Object.keys(esm).sort(), Object.keys(cjs).sort(), both, esm.Column === top.Column]));`,
    );
    const [esm, cjs, both, isSame] = JSON.parse(output);
    expect(esm).toHaveSize(19);
    expect(esm).toEqual(jasmine.arrayContaining(['map', 'string', 'struct', 'timestamp']));
    expect(cjs).toEqual(esm);
    expect(both).toEqual(['Column']);
    expect(isSame).toBeTrue();
  });

  it('takes columns of either entry point, and of its other copy', () => {
    const output = consume(
      'mixed.mjs',
      `import { createRequire } from 'node:module';
       import { Column, defineTable, encodeRow } from 'rxjs-zerobus';
       import { array, string } from 'rxjs-zerobus/columns';
       const other = createRequire(import.meta.url)('rxjs-zerobus/columns');
       const definition = defineTable('a.b.c', (t) => ({ x: string(), y: t.array(other.string()), z: array(t.int()) }));
       console.log(string() instanceof Column, other.string() instanceof Column,
         encodeRow(definition, { x: 'x', y: ['y'], z: [1] }).length);`,
    );
    expect(output).toBe('true true 8');
  });

  it('brings files into a table by its command, with nothing else installed', async () => {
    await using server = await startZerobusLocal({
      tables: ['CREATE TABLE main.iot.readings (device STRING, temp INT NOT NULL)'],
      auth: { clientId: 'a-client', clientSecret: 'a-secret' },
    });
    writeFileSync(join(folder, 'a.csv.gz'), gzipSync('temp,device\n1,a\n2,b\n'));
    writeFileSync(join(folder, 'b.ndjson'), '{"temp":3}\n');
    const env = {
      ...process.env,
      ZEROBUS_ENDPOINT: server.endpoint,
      DATABRICKS_HOST: server.workspaceUrl,
      DATABRICKS_CLIENT_ID: 'a-client',
      DATABRICKS_CLIENT_SECRET: 'a-secret',
    };
    const command = join(installed, 'bin/rxjsZerobus.js');
    const ingest = (...args: readonly string[]): Promise<{ readonly stdout: string }> =>
      promisify(execFile)(node, [command, 'ingest', ...args], { cwd: folder, env });
    const { stdout } = await ingest('*.{csv.gz,ndjson}', '--table', 'main.iot.readings', '--resume');
    expect(stdout).toMatch(/^3 records are durable in main\.iot\.readings of 2 inputs, /);
    await server.flush();
    expect(server.counters('main.iot.readings').tableRows).toBe(3);
    await expectAsync(ingest('b.ndjson', '--local')).toBeRejectedWithError(
      /--local needs the package zerobus-local beside this one\. Install both: npm install rxjs-zerobus zerobus-local\./,
    );
    const notices = readFileSync(join(installed, 'dist/THIRD_PARTY_NOTICES.txt'), 'utf8');
    for (const name of ['csv-parse', 'fdir', 'picomatch', 'tinyglobby']) {
      expect(notices).toMatch(new RegExp(`^${name} [\\d.]+ \\(MIT\\)$`, 'm'));
    }
  });

  it('brings the command rxjs-zerobus', () => {
    const { bin, version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(Object.keys(bin)).toEqual(['rxjs-zerobus']);
    expect(run(node, [join(installed, bin['rxjs-zerobus']), '--version'], folder).trim()).toBe(version);
    expect(readdirSync(join(folder, 'node_modules/.bin'))).toContain('rxjs-zerobus');
  });

  it('shares one copy of the generated messages, apart from the global object', () => {
    const output = consume(
      'messages.mjs',
      `import { createRequire } from 'node:module';
       const require = createRequire(import.meta.url);
       const before = Object.keys(globalThis.proto ?? {});
       await import('rxjs-zerobus');
       require('rxjs-zerobus');
       const added = Object.keys(globalThis.proto ?? {}).filter((key) => !before.includes(key) && key !== 'google');
       const copies = Object.keys(require.cache).filter((path) => path.endsWith('zerobus_service_pb.cjs'));
       console.log(JSON.stringify({ added, copies: copies.length }));`,
    );
    const { added, copies } = JSON.parse(output);
    expect(added).toEqual([]);
    expect(copies).toBe(1);
  });

  it('compiles in TypeScript, as either kind of module and by either compiler', () => {
    const source = `
      import { type Observable, of } from 'rxjs';
      import { defineTable, isZerobusError, type RowOf, toZerobus, ZerobusError, type ZerobusErrorCode } from 'rxjs-zerobus';
      import { int, struct } from 'rxjs-zerobus/columns';
      export const error: ZerobusError = new ZerobusError('ABORTED', 'x', { unacked: [] });
      export const code: ZerobusErrorCode = error.code;
      export function count(value: unknown): number { return isZerobusError(value) ? value.unacked.length : 0; }
      export const durable: Observable<number> = of({ device: 'd' }).pipe(toZerobus('a.b.c', { lingerMs: 5 }));
      export const position = struct({ x: int().notNull() });
      export const table = defineTable('a.b.c', (t) => ({ id: t.bigint().notNull(), name: t.string(), position }));
      export const row: RowOf<typeof table> = { id: 1n, position: { x: 1 } };
      // @ts-expect-error: id is NOT NULL
      export const wrongRow: RowOf<typeof table> = { name: 'x' };
      // @ts-expect-error: a number is no record
      of(1).pipe(toZerobus('a.b.c'));
      // @ts-expect-error: the union of codes is closed
      export const wrong: ZerobusErrorCode = 'NO_SUCH_CODE';
      // @ts-expect-error: and nothing here is any
      export const text: string = error.isRetryable;
`;
    writeFileSync(join(folder, 'typed.mts'), source);
    writeFileSync(join(folder, 'typed.cts'), source);
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      typeRoots: [resolve('node_modules/@types')],
      types: ['node'],
    };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['typed.mts', 'typed.cts'] }),
    );
    for (const compiler of ['typescript/bin/tsc', '@typescript/typescript6/bin/tsc6']) {
      expect(run(node, [resolve('node_modules', compiler), '-p', folder], folder))
        .withContext(compiler)
        .toBe('');
    }
  });

  it('keeps rxjs out of a bundle that only imports the error', async () => {
    const bundle = await rollup({
      input: 'entry',
      treeshake: { moduleSideEffects: false },
      plugins: [
        {
          name: 'consumer',
          resolveId(id) {
            if (id === 'entry') {
              return { id, moduleSideEffects: true };
            }
            return id === 'rxjs-zerobus'
              ? join(installed, 'dist/index.js')
              : id.startsWith('.')
                ? null
                : { id, external: true };
          },
          load: (id) =>
            id === 'entry' ? `import { isZerobusError } from 'rxjs-zerobus'; console.log(isZerobusError(0));` : null,
        },
      ],
    });
    const { output } = await bundle.generate({ format: 'es' });
    await bundle.close();
    expect(output[0].code).toContain('isZerobusError');
    expect(output[0].imports).not.toContain('rxjs');
  });
});
