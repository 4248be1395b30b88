import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { complaints, install, PACKING_TIMEOUT_MS, type PackedPackage, pack, run } from '../support/packedPackage.ts';

const node = process.execPath;
const attw = resolve('node_modules/@arethetypeswrong/cli/dist/index.js');

describe('the package zerobus-local', () => {
  let folder: string;
  let packed: PackedPackage;
  let installed: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-local-package-'));
    packed = pack('local', folder);
    install({ 'zerobus-local': packed.tarball }, [], folder);
    installed = join(folder, 'node_modules/zerobus-local');
  }, PACKING_TIMEOUT_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function consume(name: string, code: string): string {
    writeFileSync(join(folder, name), code);
    return run(node, ['--throw-deprecation', name], folder).trim();
  }

  it('packs the expected files and nothing else', () => {
    const wanted =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/zerobusLocal\.js|dist\/[\w-]+\.(js|cjs|d\.ts|d\.cts|js\.map|cjs\.map)|dist\/page\/[A-Za-z_]+\.(html|js|css|svg|txt))$/;
    expect(packed.files.filter((path) => !wanted.test(path))).toEqual([]);
    const needed = [
      'CHANGELOG.md',
      'LICENSE',
      'bin/zerobusLocal.js',
      'dist/cli.js',
      'dist/index.cjs',
      'dist/index.d.cts',
      'dist/index.d.ts',
      'dist/index.js',
    ];
    expect(packed.files).toEqual(jasmine.arrayContaining(needed));
  });

  it('passes publint', async () => {
    expect(await complaints(packed.tarball)).toEqual([]);
  });

  it('has the right types for each way to import it', () => {
    const report = run(node, [attw, packed.tarball, '--format', 'ascii', '--no-color', '--no-emoji'], folder);
    expect(report).toContain('No problems found');
  });

  it('runs as a command', () => {
    const { bin, version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(Object.keys(bin)).toEqual(['zerobus-local']);
    const command = join(installed, bin['zerobus-local']);
    expect(run(node, [command, '--help'], folder)).toContain('Usage: zerobus-local');
    expect(run(node, [command, '--version'], folder).trim()).toBe(version);
  });

  it('serves its live page, with all that the page loads', () => {
    const output = consume(
      'page.cjs',
      `const { startZerobusLocal } = require('zerobus-local');
       (async () => {
         const server = await startZerobusLocal();
         const read = async (path) => {
           const response = await fetch(new URL(path, server.workspaceUrl), { headers: { accept: 'text/html' } });
           const text = await response.text();
           return { text, answer: [path, response.status, response.headers.get('content-type'), text.length > 500] };
         };
         const { text, answer } = await read('/');
         const loaded = [...text.matchAll(/(?:src|href)="([^"#:]+)"/g)].map(([, path]) => path);
         const answers = [answer];
         for (const path of loaded) {
           answers.push((await read(path)).answer);
         }
         await server.close();
         console.log(JSON.stringify(answers));
       })();`,
    );
    const answers: readonly (readonly unknown[])[] = JSON.parse(output);
    expect(answers[0]).toEqual(['/', 200, 'text/html; charset=utf-8', true]);
    expect(answers.map(([, status]) => status)).toEqual(answers.map(() => 200));
    expect(answers.map(([, , type]) => String(type).replace(/;.*/, ''))).toEqual(
      jasmine.arrayContaining(['text/javascript', 'text/css', 'image/svg+xml']),
    );
  });

  it('exports the same to ES modules and to CommonJS', () => {
    const output = consume(
      'both.mjs',
      `import * as esm from 'zerobus-local';
       import { createRequire } from 'node:module';
       const cjs = createRequire(import.meta.url)('zerobus-local');
       console.log(JSON.stringify([Object.keys(esm).sort(), Object.keys(cjs).sort()]));`,
    );
    const [esm, cjs] = JSON.parse(output);
    expect(esm).toContain('startZerobusLocal');
    expect(cjs).toEqual(esm);
  });

  it('keeps its internals to itself', () => {
    const output = consume(
      'internals.cjs',
      `for (const path of ['dist/index.cjs', 'build/lib/index.js', 'lib/startZerobusLocal.ts']) {
         try { require('zerobus-local/' + path); } catch ({ code }) { console.log(code); }
       }`,
    );
    expect(output.split('\n')).toEqual(Array.from({ length: 3 }, () => 'ERR_PACKAGE_PATH_NOT_EXPORTED'));
  });

  it('recognizes the errors of its other copy, and the folders that it has open', () => {
    const output = consume(
      'twice.mjs',
      `import { createRequire } from 'node:module';
       import { ListenError, startZerobusLocal, TableDefinitionError, TableStoreError } from 'zerobus-local';
       const other = createRequire(import.meta.url)('zerobus-local');
       const kinds = (error) => [TableStoreError, TableDefinitionError, ListenError].map((kind) => error instanceof kind);
       const refusal = (options) => other.startZerobusLocal(options).catch((error) => error);
       const server = await startZerobusLocal();
       const errors = [
         await refusal({ dataDir: server.dataDir }),
         await refusal({ tables: ['CREATE TABLE'] }),
         await refusal({ port: server.port }),
       ];
       console.log(JSON.stringify([other.TableStoreError === TableStoreError, ...errors.map(kinds)]));
       console.log(errors[0].message);
       await server.close();`,
    );
    const [identities = '', message] = output.split('\n');
    expect(JSON.parse(identities)).toEqual([false, [true, false, false], [false, true, false], [false, false, true]]);
    expect(message).toContain('is already open in this process');
  });
});
