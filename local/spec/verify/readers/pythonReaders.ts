import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MissingReader, Reader, ReadOutcome } from './reader.ts';

/** The packages of the readers. The extension of DuckDB is built for one version of it, which pip installs with it. */
const packages = ['deltalake==1.6.6', 'polars==2.1.0', 'duckdb-ext-delta==1.4.4.20260205', 'pyarrow==26.0.1'];

const libraries = [
  { name: 'delta-rs', library: 'deltalake' },
  { name: 'DuckDB', library: 'duckdb' },
  { name: 'Polars', library: 'polars' },
] as const;

/**
 * Makes the readers in Python. They are installed once, in a virtual environment in a cache folder.
 *
 * @param root the folder of the repository
 */
export function pythonReaders(root: string): readonly (Reader | MissingReader)[] {
  const python = installPython(resolve(root, 'node_modules', '.cache', 'delta-readers'));
  const program = resolve(root, 'local', 'spec', 'verify', 'readers', 'readTables.py');
  return libraries.map(({ name, library }) => {
    if (python === undefined) {
      return { name, reason: 'install Python 3 with venv, and let pip reach a registry' };
    }
    const run = (paths: readonly string[]): readonly string[] =>
      execFileSync(python, [program, library], {
        input: JSON.stringify(paths),
        encoding: 'utf8',
        maxBuffer: 2 ** 30,
        stdio: ['pipe', 'pipe', 'ignore'],
      })
        .trimEnd()
        .split('\n');
    try {
      const version = JSON.parse(run([])[0] ?? '');
      return {
        name,
        version: `${library} ${version}`,
        read: (tables) =>
          run(tables.map(({ path }) => path))
            .slice(1)
            .map((line): ReadOutcome => JSON.parse(line)),
      };
    } catch (error) {
      return { name, reason: `${library} does not start: ${(error as Error).message.split('\n')[0]}` };
    }
  });
}

function installPython(folder: string): string | undefined {
  const python = join(folder, 'bin', 'python');
  const done = join(folder, 'installed');
  if (existsSync(done)) {
    return python;
  }
  console.log(`installing ${packages.join(', ')} into ${folder} (400 MB, once)`);
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'venv', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]],
    [python, ['-c', `open(${JSON.stringify(done)}, 'w')`]],
  ];
  const isInstalled = steps.every(([program, args]) => spawnSync(program, args, { stdio: 'inherit' }).status === 0);
  return isInstalled ? python : undefined;
}
