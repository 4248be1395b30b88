import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from '@typescript/typescript6';
import { compile, complaintsOf } from '../support/compile.ts';
import { codeBlocks } from '../support/markdown.ts';

const FOLDER = 'build/spec/docs/testing';

/** What the runners define, as far as the snippets use it. */
const RUNNER = `
  declare function it(title: string, test: () => void | Promise<void>): void;
  declare function beforeAll(action: () => Promise<void>): void;
  declare function afterAll(action: () => Promise<void>): void;
  declare function expect(actual: unknown): { toBe(value: unknown): void; toEqual(value: unknown): void };
`;

interface Titled {
  readonly title: string;
  readonly test: () => void;
}

const blocks = codeBlocks(readFileSync('docs/testing.md', 'utf8'));
/** The snippets for marble tests, which build on each other, as one file. */
const snippets = blocks
  .filter(({ info }) => info === 'ts')
  .map(({ code }) => code)
  .join('\n');

/** Runs the snippets, and returns the tests that they state. */
async function readTests(): Promise<readonly Titled[]> {
  const { outputText } = ts.transpileModule(snippets, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/snippets.mjs`, outputText);
  const tests: Titled[] = [];
  const { it: ours } = globalThis;
  try {
    Object.assign(globalThis, { it: (title: string, test: () => void) => tests.push({ title, test }) });
    await import(pathToFileURL(resolve(FOLDER, 'snippets.mjs')).href);
  } finally {
    Object.assign(globalThis, { it: ours });
  }
  return tests;
}

const tests = await readTests();

describe('docs/testing.md', () => {
  it('has more than ten examples', () => {
    expect(tests.length).toBeGreaterThan(10);
  });

  it('has snippets that compile', () => {
    const files = blocks
      .filter(({ info }) => /^ts (file|node:test)$/.test(info))
      .map(({ code, line }) => ({ path: `${FOLDER}/line${line}.ts`, text: code }));
    const all = [{ path: `${FOLDER}/snippets.ts`, text: snippets }, ...files];
    expect(files).toHaveSize(2);
    expect(complaintsOf(compile([], [{ path: `${FOLDER}/runner.d.ts`, text: RUNNER }, ...all]))).toEqual([]);
  }, 120_000);

  for (const { title, test } of tests) {
    it(`has an example that ${title}`, () => {
      test();
      expect().nothing();
    });
  }
});
