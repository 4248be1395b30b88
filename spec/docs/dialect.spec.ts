import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import {
  commentsOf,
  messageIndexesOf,
  misspelledConstants,
  parseSource,
  unfinishedMessages,
  wideComments,
  wordsOf,
} from '../support/dialect.ts';

/** The sources in a folder of the checkout, without generated and built files. */
function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      return /^(node_modules|build|dist|generated)$/.test(entry.name) ? [] : sourcesIn(path);
    }
    return /(?<!\.d)\.(ts|mjs)$/.test(entry.name) ? [path] : [];
  });
}

const folders = ['lib', 'operators', 'proto', 'local', 'spec', 'bench', 'examples'];
const files = ['index.ts', 'rollup.config.mjs', ...folders.flatMap(sourcesIn)];
const sources = files.map((path) => parseSource(path, readFileSync(path, 'utf8')));
const client = sources.filter(({ fileName }) => /^(index\.ts$|lib\/|operators\/)/.test(fileName));
const server = sources.filter(({ fileName }) => fileName.startsWith('local/lib/'));

describe('The sources', () => {
  it('are found', () => {
    expect(sources.length).toBeGreaterThan(500);
    expect(client.length).toBeGreaterThan(100);
    expect(server.length).toBeGreaterThan(100);
  });

  it('have comments of at most 120 columns', () => {
    expect(sources.flatMap(wideComments)).toEqual([]);
  });

  it('spell primitive constants in CONSTANT_CASE and all others in camelCase', () => {
    expect(sources.flatMap(misspelledConstants)).toEqual([]);
  });

  it('end the messages of errors with a full stop', () => {
    // Each package has its own classes of errors.
    for (const each of [client, server]) {
      const indexes = messageIndexesOf(each);
      expect(indexes.size).toBeGreaterThan(0);
      expect(each.flatMap((source) => unfinishedMessages(source, indexes))).toEqual([]);
    }
  });

  for (const [name, group] of [
    ['the client', client],
    ['the local server', server],
  ] as const) {
    for (const [words, pattern, limit] of [
      ['"where"', /^where$/i, 2],
      ['"who", "whom", "whoever", "nobody" and "somebody"', /^(who|whom|whoever|nobody|somebody)$/i, 1],
    ] as const) {
      it(`have fewer than ${limit} in 1,000 words of ${words} in the comments of ${name}`, () => {
        const found = group.map((source) => wordsOf(source, pattern));
        const total = found.reduce((sum, { count }) => sum + count, 0);
        const places = found.flatMap((each) => each.places);
        expect((1000 * places.length) / total)
          .withContext(`${places.length} in ${total} words:\n${places.join('\n')}\n`)
          .toBeLessThan(limit);
      });
    }
  }
});

describe('The dialect', () => {
  it('finds comments, but no text that looks like one', () => {
    const code = [
      '/** A doc comment. */',
      'export const A = 1; // behind code',
      "const text = 'http://no.comment';",
      `const template = \`// \${A /* inside */} /* none */\`;`,
      'const pattern = /\\/\\/ none/;',
      '// at the end',
    ].join('\n');
    expect(commentsOf(parseSource('a.ts', code))).toEqual([
      { line: 1, text: '/** A doc comment. */' },
      { line: 2, text: '// behind code' },
      { line: 4, text: '/* inside */' },
      { line: 6, text: '// at the end' },
    ]);
  });

  it('finds the lines of comments that are too wide', () => {
    const wide = 'x'.repeat(118);
    const code = `/*\n * ${wide}\n */\n// ${wide}\nconst text = '${wide}';\n// ${wide.slice(1)}`;
    expect(wideComments(parseSource('a.ts', code))).toEqual(['a.ts:2: 121 columns', 'a.ts:4: 121 columns']);
  });

  it('finds constants of the wrong case', () => {
    const code = `
      export const limit = 2 ** 10;
      const sign = -1 as const;
      const NAMES = ['a'];
      const LIMIT = 1;
      const names = { LIMIT };
      function f() { const inner = 1; }`;
    expect(misspelledConstants(parseSource('a.ts', code))).toEqual([
      'a.ts:2: limit is a primitive: spell it in CONSTANT_CASE',
      'a.ts:3: sign is a primitive: spell it in CONSTANT_CASE',
      'a.ts:4: NAMES is an object: spell it in camelCase',
    ]);
  });

  it('finds messages that do not end with a full stop', () => {
    const source = parseSource(
      'a.ts',
      `
      class CodedError extends Error { constructor(code: string, message: string) { super(message); } }
      class LastError extends CodedError {}
      class OwnError extends Error { constructor(name: string) { super(\`no \${name}\`); } }
      new Error('It is gone');
      new CodedError('GONE', \`It is \${gone}\`);
      new LastError('GONE', 'It is ' + (isGone ? 'gone.' : 'there'), {});
      new Error(\`It is gone (\${code})\${remedy}\`);
      new OwnError('a name');
      new Error(message);
      new Error('It is gone.');
      new Error('Is it gone?');
      new CodedError('GONE', \`It is gone: \${cause.message}\`);
      new CodedError('GONE', \`It is gone.\${remedy}\`);
      new CodedError('GONE', \`\${said}.\`);`,
    );
    const indexes = messageIndexesOf([source]);
    expect(indexes).toEqual(
      new Map([
        ['CodedError', 1],
        ['LastError', 1],
        ['OwnError', -1],
      ]),
    );
    expect(unfinishedMessages(source, indexes)).toEqual([
      'a.ts:4: no …',
      'a.ts:5: It is gone',
      'a.ts:6: It is …',
      'a.ts:7: It is there',
      'a.ts:8: It is gone (…)…',
    ]);
  });

  it('counts the words of comments, without the code in them', () => {
    const code = '/**\n * Where it is, says who.\n * ```ts\n * where(is, it)\n * ```\n */\nconst where = 1;';
    expect(wordsOf(parseSource('a.ts', code), /^(where|who)$/i)).toEqual({
      count: 5,
      places: ['a.ts:2: Where it is, says who.', 'a.ts:2: Where it is, says who.'],
    });
  });
});
