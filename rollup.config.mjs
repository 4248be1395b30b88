// Bundles what tsc wrote to build/ into dist/, for each of the two packages: ES modules, CommonJS, and declarations for
// both.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import dts from 'rollup-plugin-dts';

/**
 * The packages: their folders, every entry point by its name in dist/ and its module without the ending, the commands
 * (programs of their own that are never imported), the packages that are bundled into these, and the folder of the
 * declarations to publish.
 */
const packages = [
  {
    folder: '.',
    entries: {
      index: 'index',
      browser: 'browser',
      columns: 'columns',
      gateway: 'gateway',
      otel: 'otel',
      testing: 'testing',
    },
    programs: { cli: 'lib/cli/main' },
    // Each with what it needs itself. Only the command uses them, so they are no dependency of the package.
    bundled: ['csv-parse', 'tinyglobby'],
    types: 'build/public',
  },
  {
    folder: 'local',
    entries: { index: 'lib/index' },
    programs: { cli: 'lib/cli/main' },
    bundled: [],
    types: 'build',
  },
];

/** Packages, Node's own modules and the generated messages (a name of our `imports`) stay what they are: imports. */
const external = (id) => !/^(\.|\/|[A-Za-z]:)/.test(id);

/** Hands tsc's source maps on, so that those in dist/ lead to the TypeScript sources. */
const sourceMaps = {
  name: 'source-maps',
  load(id) {
    const map = `${id}.map`;
    if (!existsSync(map)) {
      return null;
    }
    return {
      code: readFileSync(id, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'),
      map: readFileSync(map, 'utf8'),
    };
  },
};

/** What an earlier build left would be packed too. */
const clean = (folder) => ({
  name: 'clean',
  buildStart() {
    rmSync(`${folder}/dist`, { recursive: true, force: true });
  },
});

const from = (folder, modules, ending) =>
  Object.fromEntries(Object.entries(modules).map(([name, path]) => [name, `${folder}/${path}${ending}`]));

const output = (folder, format, ending) => ({
  dir: `${folder}/dist`,
  format,
  sourcemap: true,
  hoistTransitiveImports: false,
  // Jest, for one, runs CommonJS in a context that knows no import().
  dynamicImportInCjs: false,
  entryFileNames: `[name].${ending}`,
  chunkFileNames: `[name]-[hash].${ending}`,
});

const declarations = (folder, ending) => ({
  dir: `${folder}/dist`,
  format: 'es',
  entryFileNames: `[name].${ending}`,
  paths: (id) => (shared.test(id) ? `./index.${ending.replace('d.', '').replace('ts', 'js')}` : id),
});

/**
 * The modules whose declarations the gateway takes from the main entry point. A class that is declared twice is two
 * types, and the definition of a table comes from there.
 */
const shared =
  /\/(connection|toZerobus|stream\/(streamOptions|streamTable)|table\/(rowOf|tableDefinition)|errors\/zerobusError)\.(d\.)?ts$/;

/** Maps lead to our own sources only. */
const unmapped = {
  name: 'unmapped',
  transform: (code, id) => (id.includes('/node_modules/') ? { code, map: { mappings: '' } } : null),
};

/** What the licenses of bundled packages ask for: their texts, in a file beside the bundle. */
const notices = {
  name: 'notices',
  generateBundle(_options, bundle) {
    const ids = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    const folders = new Set(ids.flatMap((id) => /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/?]+)/.exec(id)?.[1] ?? []));
    if (folders.size > 0) {
      const source = `The files beside this one contain the following packages.\n\n${[...folders].sort().map(notice).join('\n\n')}\n`;
      this.emitFile({ type: 'asset', fileName: 'THIRD_PARTY_NOTICES.txt', source });
    }
  },
};

const notice = (folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[sc]e/i.test(each));
  if (file === undefined) {
    throw new Error(`${name} has no license file, so it must not be bundled.`);
  }
  const head = `${name} ${version} (${license})`;
  return `${head}\n${'-'.repeat(head.length)}\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}`;
};

const onwarn = ({ code, ids = [], message }) => {
  // A package that is bundled may import in circles.
  if (code !== 'CIRCULAR_DEPENDENCY' || !ids.every((id) => id.includes('/node_modules/'))) {
    throw new Error(message);
  }
};

const bundles = ({ folder, entries, programs, bundled, types }) => [
  {
    input: from(`${folder}/build`, entries, '.js'),
    external,
    onwarn,
    plugins: [clean(folder), sourceMaps],
    treeshake: { propertyReadSideEffects: false },
    output: [output(folder, 'es', 'js'), output(folder, 'cjs', 'cjs')],
  },
  {
    input: from(`${folder}/build`, programs, '.js'),
    external: (id, importer = '') =>
      external(id) && !bundled.includes(id) && (id.startsWith('node:') || !importer.includes('/node_modules/')),
    onwarn,
    plugins: [
      sourceMaps,
      ...(bundled.length === 0 ? [] : [nodeResolve({ preferBuiltins: true }), commonjs(), unmapped, notices]),
    ],
    treeshake: { propertyReadSideEffects: false },
    output: [output(folder, 'es', 'js')],
  },
  // One bundle each: what two entry points declare alike is written twice, unless it is shared, and no declaration
  // hides in a chunk.
  ...Object.entries(entries).map(([name, path]) => ({
    input: from(`${folder}/${types}`, { [name]: path }, '.d.ts'),
    external: (id) => external(id) || (name === 'gateway' && shared.test(id)),
    onwarn,
    plugins: [dts()],
    output: [declarations(folder, 'd.ts'), declarations(folder, 'd.cts')],
  })),
];

/** uPlot as its authors have minified it, which they publish as a script only. It is half as large. */
const smallPlot = {
  name: 'small-plot',
  load(id) {
    return /[\\/]uplot[\\/]dist[\\/]uPlot\.esm\.js$/.test(id)
      ? `${readFileSync('node_modules/uplot/dist/uPlot.iife.min.js', 'utf8')}\nexport default uPlot;\n`
      : null;
  },
};

/** The style sheets of the live page in their order: rules for narrow windows follow those that they change. */
const pageStyles = [
  'theme',
  'shell',
  'controls',
  'dataTables',
  'curves',
  'rejections',
  'tokens',
  'code',
  'states',
  'narrow',
  'dataGrid',
  'bars',
  'tables',
  'query',
  'faults',
  'start',
];

/** What the live page is beside its program. */
const pageFiles = {
  name: 'page-files',
  generateBundle() {
    for (const fileName of ['index.html', 'icon.svg']) {
      this.emitFile({ type: 'asset', fileName, source: readFileSync(`local/page/${fileName}`, 'utf8') });
    }
    const own = pageStyles.map((name) => `local/page/styles/${name}.css`);
    const paths = ['node_modules/uplot/dist/uPlot.min.css', ...own];
    const source = paths.map((path) => readFileSync(path, 'utf8')).join('\n');
    this.emitFile({ type: 'asset', fileName: 'page.css', source });
  },
};

/** The live page of zerobus-local, with the packages that only it needs. Browsers load it as it is. */
const page = {
  input: 'local/build/page/main.js',
  onwarn,
  plugins: [nodeResolve({ browser: true }), smallPlot, pageFiles, notices],
  output: [{ dir: 'local/dist/page', format: 'es', entryFileNames: '[name].js' }],
};

export default [...packages.flatMap(bundles), page];
