import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import ts from '@typescript/typescript6';
import { codeBlocks, sections } from '../support/markdown.ts';
import { orSkip } from '../support/optional.ts';
import { install, PACKING_TIMEOUT_MS, pack, packageFolder, run } from '../support/packedPackage.ts';
import { thrownBy } from '../support/thrownBy.ts';

/** How a test runner runs a file. */
interface Runner {
  readonly name: string;
  /** The package that it comes with. `undefined` if it is part of Node. */
  readonly packageName?: string;
  /** Its command in that package, and the arguments before the file. */
  readonly command: readonly string[];
  readonly file: string;
  /** What it does not define globally. */
  readonly imports?: string;
  readonly isCommonJs?: boolean;
}

const runners: readonly Runner[] = [
  { name: 'jasmine', packageName: 'jasmine', command: ['bin/jasmine.js'], file: 'readings.spec.mjs' },
  { name: 'jest', packageName: 'jest', command: ['bin/jest.js', '--json'], file: 'readings.test.js', isCommonJs: true },
  {
    name: 'vitest',
    packageName: 'vitest',
    command: ['vitest.mjs', 'run'],
    file: 'readings.test.mjs',
    imports: `import { afterAll, beforeAll, expect, it } from 'vitest';`,
  },
  { name: 'mocha', packageName: 'mocha', command: ['bin/mocha.js'], file: 'readings.spec.mjs' },
  { name: 'node:test', command: ['--test'], file: 'readings.test.mjs', imports: `import { it } from 'node:test';` },
];

/** What each of them prints if one test was run, and passed. */
const passed = /1 (spec, 0 failures|passed|passing)|pass 1\n|"numPassedTests":1,/;

/** The first snippet of a kind in a part of a document. */
function snippet(markdown: string, info: string): string {
  return codeBlocks(markdown).find((block) => block.info === info)?.code ?? '';
}

describe('rxjs-zerobus/testing, packed,', () => {
  const readme = readFileSync('README.md', 'utf8');
  const tutorial = readFileSync('docs/testing.md', 'utf8');
  const marbleTest = snippet(sections(readme).find(({ title }) => title === 'Testing your pipeline')?.text ?? '', 'ts');
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-testing-'));
    const tarballs = { 'rxjs-zerobus': pack('.', folder).tarball, 'zerobus-local': pack('local', folder).tarball };
    const wanted = ['jest', 'ts-jest', 'typescript', 'vitest', 'jasmine', 'mocha', '@types/node', '@jest/globals'];
    install(
      tarballs,
      wanted.filter((name) => existsSync(packageFolder(name))),
      folder,
    );
  }, PACKING_TIMEOUT_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a test in a package of its own, and returns what the runner prints. */
  function runTest(runner: Runner, code: string): string {
    const { name, packageName, command, file, imports = '', isCommonJs = false } = runner;
    const place = mkdtempSync(join(folder, `${name.replace(':', '-')}-`));
    const module = isCommonJs ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext;
    const compilerOptions = { module, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(`${imports}\n${code}`, { compilerOptions });
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name: 'readings', private: true, version: '1.0.0' }));
    writeFileSync(join(place, file), outputText);
    const [first = '', ...others] = command;
    const start = packageName === undefined ? first : join(packageFolder(packageName), first);
    return run(process.execPath, [start, ...others, file], place);
  }

  function skipIfMissing({ packageName = 'jasmine' }: Runner): void {
    orSkip(existsSync(packageFolder(packageName)) || undefined, `${packageName} is not installed: run npm install`);
  }

  it('is shown in README.md by a test of at most ten lines', () => {
    const [test = ''] = /^it\([\s\S]*/m.exec(marbleTest) ?? [];
    expect(test.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    expect(test).toMatch(/^it\('/);
  });

  for (const runner of runners) {
    it(
      `runs the test of README.md in ${runner.name}`,
      () => {
        skipIfMissing(runner);
        expect(runTest(runner, marbleTest)).toMatch(passed);
      },
      PACKING_TIMEOUT_MS,
    );

    it(
      `prints aligned diagrams in ${runner.name} if that test fails`,
      () => {
        skipIfMissing(runner);
        const wrong = marbleTest.replace('(b,c)', '(bc)');
        expect(wrong).not.toBe(marbleTest);
        const { message } = thrownBy(() => runTest(runner, wrong)) as Error;
        const printed = stripVTControlCharacters(message).split('\n');
        const at = printed.findIndex((line) => /^ +expected {2}-a-b-c---\(bc\)/.test(line));
        const [expected = '', actual = '', mark = ''] = printed.slice(at);
        const column = expected.indexOf('expected');
        expect(actual.slice(column)).toMatch(/^actual {4}-a-b-c---\(b,c\)/);
        expect(mark.slice(column)).toBe('                   ^ frame 9');
        expect(printed.join('\n')).toContain(runner.file);
      },
      PACKING_TIMEOUT_MS,
    );
  }

  for (const runner of runners.slice(0, 3)) {
    it(
      `leaves the test of docs/testing.md with a real server to ${runner.name}`,
      () => {
        const code = snippet(tutorial, 'ts file');
        expect(runTest(runner, code)).toMatch(passed);
      },
      PACKING_TIMEOUT_MS,
    );
  }

  it(
    'leaves the other test of docs/testing.md with a real server to node:test',
    () => {
      const runner = { ...(runners.at(-1) as Runner), imports: '' };
      expect(runTest(runner, snippet(tutorial, 'ts node:test'))).toMatch(passed);
    },
    PACKING_TIMEOUT_MS,
  );

  it(
    'compiles in TypeScript, with rows of a definition of the main entry point',
    () => {
      const place = join(folder, 'typed');
      mkdirSync(place);
      const source = `
        import { of } from 'rxjs';
        import { defineTable, throughZerobus, toZerobus, ZerobusError } from 'rxjs-zerobus';
        import { type ScriptedZerobus, type ZerobusScript, zerobusTest } from 'rxjs-zerobus/testing';
        const table = defineTable('main.iot.readings', (t) => ({ temp: t.int().notNull() }));
        const script: ZerobusScript = { table, acks: '-p', values: { p: new ZerobusError('ABORTED', 'no') } };
        zerobusTest(({ cold, zerobus, expectObservable, expectArrivals, expectSubscriptions }) => {
          const service: ScriptedZerobus = zerobus(script);
          const rows = cold('-a|', { a: { temp: 1 } });
          expectObservable(rows.pipe(toZerobus(table, { ...service.options, maxBatchRecords: 1 }))).toBe('-0|');
          expectObservable(of(1).pipe(throughZerobus(table, { ...service.options, row: (temp) => ({ temp }) }))).toBe('');
          expectArrivals(service).toBe('-a', { a: { temp: 1 } });
          expectSubscriptions(service.connections).toBe('^!');
          // @ts-expect-error: a service has no such option
          zerobus({ nacks: '' });
          // @ts-expect-error: nothing here is any
          const text: string = service.rows;
        });
      `;
      writeFileSync(join(place, 'typed.mts'), source);
      writeFileSync(join(place, 'typed.cts'), source);
      const compilerOptions = { module: 'nodenext', target: 'es2022', strict: true, noEmit: true };
      const more = { exactOptionalPropertyTypes: true, skipLibCheck: false, types: ['node'] };
      writeFileSync(
        join(place, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: { ...compilerOptions, ...more }, files: ['typed.mts', 'typed.cts'] }),
      );
      expect(run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', place], place)).toBe('');
    },
    PACKING_TIMEOUT_MS,
  );
});
