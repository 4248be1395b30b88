// Bundles what tsc wrote to build/ into dist/: ES modules, CommonJS, and declarations for both.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import dts from 'rollup-plugin-dts';

/** Every entry point of the package: its name in dist/, and its module in lib/ without the ending. */
const entries = { index: 'lib/index' };

/** The commands: programs of their own, which nobody imports. */
const programs = { cli: 'lib/cli/main' };

/** Packages, Node's own modules and the generated messages (a name of our `imports`) stay what they are: imports. */
const external = (id) => !/^(\.|\/|[A-Za-z]:)/.test(id);

/** Hands tsc's source maps on, so that those in dist/ lead to the TypeScript sources. */
const sourceMaps = {
  name: 'source-maps',
  load(id) {
    const map = `${id}.map`;
    if (!existsSync(map)) return null;
    return {
      code: readFileSync(id, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'),
      map: readFileSync(map, 'utf8'),
    };
  },
};

/** What an earlier build left would be packed too. */
const clean = {
  name: 'clean',
  buildStart() {
    rmSync('dist', { recursive: true, force: true });
  },
};

const from = (ending, modules = entries) =>
  Object.fromEntries(Object.entries(modules).map(([name, path]) => [name, `build/${path}${ending}`]));

const output = (format, ending) => ({
  dir: 'dist',
  format,
  sourcemap: true,
  hoistTransitiveImports: false,
  entryFileNames: `[name].${ending}`,
  chunkFileNames: `[name]-[hash].${ending}`,
});

const declarations = (ending) => ({
  dir: 'dist',
  format: 'es',
  entryFileNames: `[name].${ending}`,
  chunkFileNames: `[name]-[hash].${ending}`,
});

const onwarn = ({ message }) => {
  throw new Error(message);
};

export default [
  {
    input: from('.js'),
    external,
    onwarn,
    plugins: [clean, sourceMaps],
    treeshake: { propertyReadSideEffects: false },
    output: [output('es', 'js'), output('cjs', 'cjs')],
  },
  {
    input: from('.js', programs),
    external,
    onwarn,
    plugins: [sourceMaps],
    treeshake: { propertyReadSideEffects: false },
    output: [output('es', 'js')],
  },
  {
    input: from('.d.ts'),
    external,
    onwarn,
    plugins: [dts()],
    output: [declarations('d.ts'), declarations('d.cts')],
  },
];
