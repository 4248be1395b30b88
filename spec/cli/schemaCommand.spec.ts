import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startZerobusLocal, type ZerobusLocal } from 'zerobus-local';
import { fetchTable } from '../../lib/catalog/fetchTable.ts';
import { loadDescriptor } from '../../lib/table/loadDescriptor.ts';
import type { TableDefinition } from '../../lib/table/tableDefinition.ts';
import { compileByProtoc } from '../support/protoc.ts';

const program = resolve('build/lib/cli/main.js');
const CLIENT_ID = 'a-client';
const CLIENT_SECRET = 'hush & hush';

const EVERY_TYPE = `CREATE TABLE main.iot.every_type (
  tiny TINYINT, small SMALLINT, number INT NOT NULL, large BIGINT, single FLOAT, wide DOUBLE, text STRING, short_text VARCHAR(12),
  flag BOOLEAN NOT NULL, raw BINARY, day DATE, at TIMESTAMP, local_at TIMESTAMP_NTZ, price DECIMAL(12, 3), any VARIANT,
  tags ARRAY<VARCHAR(5)>, counts MAP<BIGINT, INT>,
  place STRUCT<lat: DOUBLE NOT NULL, names: ARRAY<STRUCT<language: STRING, name: STRING NOT NULL>>>,
  by_name MAP<STRING, STRUCT<total: DECIMAL(5, 2), seen: ARRAY<DATE>>>
)`;

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('rxjs-zerobus schema', () => {
  let server: ZerobusLocal;
  let folder: string;

  beforeAll(async () => {
    server = await startZerobusLocal({
      tables: [
        EVERY_TYPE,
        'CREATE TABLE main.iot.define (x INT)',
        'CREATE TABLE main.iot.odd (a_b MAP<INT, INT>, aB MAP<INT, INT>)',
      ],
      auth: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET },
    });
  });

  afterAll(() => server.close());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-schema-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const { DATABRICKS_HOST, DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET, ...rest } = process.env;
    return new Promise((done) => {
      execFile(
        process.execPath,
        [program, ...args],
        { cwd: folder, env: { ...rest, ...env } },
        (error, stdout, stderr) => {
          expect(`${stdout}${stderr}`).not.toContain('hush');
          expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m);
          done({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
        },
      );
    });
  }

  const access = (): string[] => [
    '--uc-endpoint',
    server.workspaceUrl,
    '--client-id',
    CLIENT_ID,
    '--client-secret',
    CLIENT_SECRET,
  ];

  /** Compiles the generated module with the strictest options of TypeScript, and loads it. */
  async function load(name: string, ...more: string[]): Promise<Readonly<Record<string, unknown>>> {
    mkdirSync(join(folder, 'node_modules/rxjs-zerobus'), { recursive: true });
    for (const linked of ['index.ts', 'lib', 'operators', 'proto', 'build', 'node_modules']) {
      symlinkSync(resolve(linked), join(folder, 'node_modules/rxjs-zerobus', linked), 'junction');
    }
    const manifest = {
      name: 'rxjs-zerobus',
      type: 'module',
      exports: { types: './index.ts', default: './build/index.js' },
    };
    writeFileSync(join(folder, 'node_modules/rxjs-zerobus/package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--verbatimModuleSyntax'];
    const modern = [
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2022,es2024.string,esnext.disposable',
      '--types',
      'node',
    ];
    const places = ['--typeRoots', resolve('node_modules/@types')];
    const tsc = (args: readonly string[]): void => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [resolve('node_modules/typescript/bin/tsc'), ...strict, ...modern, ...places, ...args],
        { cwd: folder, encoding: 'utf8' },
      );
      if (status !== 0) {
        throw new Error(`tsc refused:\n${stdout}${stderr}`);
      }
    };
    tsc(['--noEmit', '--allowImportingTsExtensions', `${name}.ts`, ...more]);
    tsc(['--noCheck', '--noResolve', `${name}.ts`]);
    return import(pathToFileURL(join(folder, `${name}.js`)).href);
  }

  it('writes a .proto, a descriptor and a module of the same table', async () => {
    const { exitCode, stdout, stderr } = await run([
      'schema',
      ...access(),
      '--table',
      'main.iot.every_type',
      '--output-dir',
      'made/here',
    ]);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    const made = join(folder, 'made/here');
    expect(stdout.trim().split('\n')).toEqual(
      ['proto', 'descriptor', 'ts'].map((ending) => join('made/here', `every_type.${ending}`)),
    );
    expect(readdirSync(made).sort()).toEqual(['every_type.descriptor', 'every_type.proto', 'every_type.ts']);
    const definition = await fetchTable(server, 'main.iot.every_type', {
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
    });
    expect(definition.columns.map(({ type }) => type.kind)).toEqual([
      ...([
        'tinyint',
        'smallint',
        'int',
        'bigint',
        'float',
        'double',
        'string',
        'varchar',
        'boolean',
        'binary',
      ] as const),
      ...(['date', 'timestamp', 'timestampNtz', 'decimal', 'variant', 'array', 'map', 'struct', 'map'] as const),
    ]);
    expect(Buffer.from(loadDescriptor(join(made, 'every_type.descriptor'), 'IotEveryType'))).toEqual(
      Buffer.from(definition.descriptor),
    );
  });

  it('writes a .proto that protoc compiles to the descriptor it writes', async () => {
    await run(['schema', ...access(), '--table', 'main.iot.every_type']);
    const proto = readFileSync(join(folder, 'every_type.proto'), 'utf8');
    const descriptor = readFileSync(join(folder, 'every_type.descriptor'));
    expect(compileByProtoc({ 'every_type.proto': proto }, '--include_imports').toString('hex')).toBe(
      descriptor.toString('hex'),
    );
  });

  it('writes a module that compiles, types its rows, and defines the same table', async () => {
    await run(['schema', ...access(), '--table', 'main.iot.every_type']);
    writeFileSync(
      join(folder, 'rows.ts'),
      `import { encodeRow } from 'rxjs-zerobus';
       import { type EveryTypeRow, everyTypeTable } from './every_type.ts';
       const row: EveryTypeRow = { number: 1, flag: true, place: { lat: 1, names: [{ name: 'x' }] }, by_name: { a: { total: '1.50' } } };
       encodeRow(everyTypeTable, row);
       // @ts-expect-error: flag is NOT NULL
       encodeRow(everyTypeTable, { number: 1 });
       // @ts-expect-error: a field of a struct can be NOT NULL too
       encodeRow(everyTypeTable, { number: 1, flag: true, place: {} });`,
    );
    const { everyTypeTable } = await load('every_type', 'rows.ts');
    const fetched = await fetchTable(server, 'main.iot.every_type', {
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
    });
    const loaded = everyTypeTable as TableDefinition<unknown>;
    expect(loaded.name).toBe(fetched.name);
    expect(loaded.columns).toEqual(fetched.columns);
    expect(Buffer.from(loaded.descriptor)).toEqual(Buffer.from(fetched.descriptor));
  });

  it('reads credentials from the environment, and accepts another name for the message and a table with the name of an import', async () => {
    const env = {
      DATABRICKS_HOST: server.workspaceUrl,
      DATABRICKS_CLIENT_ID: CLIENT_ID,
      DATABRICKS_CLIENT_SECRET: CLIENT_SECRET,
    };
    expect(await run(['schema', '--table=main.iot.define', '--proto-msg=my_Message'], env)).toEqual({
      exitCode: 0,
      stdout: 'define.proto\ndefine.descriptor\ndefine.ts\n',
      stderr: '',
    });
    expect(readFileSync(join(folder, 'define.proto'), 'utf8')).toContain('message my_Message {');
    const { defineTable2 } = await load('define');
    expect((defineTable2 as TableDefinition<unknown>).message.name).toBe('my_Message');
  });

  it('overwrites earlier files', async () => {
    writeFileSync(join(folder, 'define.proto'), 'old');
    await run(['schema', ...access(), '--table', 'main.iot.define']);
    expect(readFileSync(join(folder, 'define.proto'), 'utf8')).not.toContain('old');
  });

  it('prints an error in one line, exits with 1 and writes nothing', async () => {
    writeFileSync(join(folder, 'file'), '');
    const [endpoint, id] = [
      ['--uc-endpoint', server.workspaceUrl],
      ['--client-id', CLIENT_ID],
    ];
    const table = ['--table', 'main.iot.every_type'];
    const failures: readonly (readonly [readonly string[], RegExp])[] = [
      [[...access(), '--table', 'main.iot'], /Invalid table name "main\.iot": .* \(INVALID_TABLE_NAME\)$/],
      [[...access(), '--table', 'main.iot.none'], /has no table main\.iot\.none .* \(NOT_FOUND\)$/],
      [[...access(), '--table', 'main.iot.odd'], /a \.proto cannot contain the map aB, because .* \(INVALID_SCHEMA\)$/],
      [[...access(), ...table, '--proto-msg', 'a b'], /messageName must consist of .* \(INVALID_SCHEMA\)$/],
      [[...access(), ...table, '--output-dir', 'file'], /EEXIST|ENOTDIR/],
      [[...endpoint, ...id, ...table, '--client-secret', 'hush'], /refused a token .* \(INVALID_CREDENTIALS\)$/],
      [
        ['--uc-endpoint', 'http://127.0.0.1:1', ...id, ...table, '--client-secret', 'hush'],
        /ECONNREFUSED .* \(TOKEN_FETCH_FAILED\)$/,
      ],
    ];
    const outcomes = await Promise.all(failures.map(([args]) => run(['schema', ...args])));
    for (const [index, { exitCode, stdout, stderr }] of outcomes.entries()) {
      expect(stderr.trimEnd()).toMatch(failures[index]?.[1] ?? '');
      expect(stderr).toMatch(/^rxjs-zerobus schema: [^\n]*\n$/);
      expect([exitCode, stdout]).toEqual([1, '']);
    }
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('takes the columns that --columns names', async () => {
    const { exitCode, stderr } = await run([
      'schema',
      '--table',
      'main.iot.every_type',
      '--columns',
      'flag, number,text',
      ...access(),
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    const text = readFileSync(join(folder, 'every_type.ts'), 'utf8');
    expect(text.match(/^ {2}\w+(?=:)/gm)?.map((name) => name.trim())).toEqual(['number', 'text', 'flag']);
    const missing = await run(['schema', '--table', 'main.iot.every_type', '--columns', 'text', ...access()]);
    expect([missing.exitCode, missing.stderr]).toEqual([
      1,
      'rxjs-zerobus schema: columns must include number, flag, since NULL is not allowed there. (INVALID_OPTIONS)\n',
    ]);
  });

  it('reports invalid arguments and exits with 2', async () => {
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [[], 'rxjs-zerobus: The command is missing.\nRun rxjs-zerobus --help for usage.\n'],
      [['shema'], 'rxjs-zerobus: Unknown command shema.\nRun rxjs-zerobus --help for usage.\n'],
      [['--client-secret=hush', 'schema'], 'rxjs-zerobus: Unknown command.\nRun rxjs-zerobus --help for usage.\n'],
      [
        ['schema', '--tabel', 'a.b.c'],
        "rxjs-zerobus schema: Unknown option '--tabel'.\nRun rxjs-zerobus schema --help for usage.\n",
      ],
      [
        ['schema', '--client-secrt=hush'],
        "rxjs-zerobus schema: Unknown option '--client-secrt'.\nRun rxjs-zerobus schema --help for usage.\n",
      ],
      [
        ['schema', '--client-secret', 'so', 'hush'],
        'rxjs-zerobus schema: There is an argument without an option. Quote values that contain spaces.\nRun rxjs-zerobus schema --help for usage.\n',
      ],
      [
        ['schema', '--client-secret', 'hush'],
        'rxjs-zerobus schema: Missing options: --table, --uc-endpoint (or DATABRICKS_HOST), --client-id (or DATABRICKS_CLIENT_ID).\nRun rxjs-zerobus schema --help for usage.\n',
      ],
    ];
    const outcomes = await Promise.all(wrong.map(([args]) => run(args)));
    expect(outcomes).toEqual(wrong.map(([, stderr]) => ({ exitCode: 2, stdout: '', stderr })));
  });

  it('prints its help and its version', async () => {
    const [program1, program2, command, version] = await Promise.all([
      run(['--help']),
      run(['-h']),
      run(['schema', '--table', 'x', '--help']),
      run(['--version']),
    ]);
    expect(program1.stdout).toContain('Usage: rxjs-zerobus <command> [options]');
    expect(program1.stdout).toMatch(/^ {2}schema {2}/m);
    expect(program2).toEqual(program1);
    expect(command.stdout).toContain('Usage: rxjs-zerobus schema --table CATALOG.SCHEMA.TABLE');
    for (const option of ['uc-endpoint', 'client-id', 'client-secret', 'table', 'output-dir', 'proto-msg']) {
      expect(command.stdout).toContain(`--${option} `);
    }
    expect(version.stdout.trim()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
    for (const { exitCode, stderr } of [program1, command, version]) {
      expect([exitCode, stderr]).toEqual([0, '']);
    }
  });
});
