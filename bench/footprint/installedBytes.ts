import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * The installed size of a package of this checkout, with all its dependencies and peers. Its own files count as `npm
 * pack` would publish them, those of the others as they are installed here.
 *
 * @param folder the folder of the package
 * @param signal ends npm
 */
export async function installedBytes(folder: string, signal: AbortSignal): Promise<number> {
  // On Windows, npm's .cmd cannot be spawned without a shell, but its JavaScript can.
  const script = process.env['npm_execpath'];
  const [command, ...first] = script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
  const { stdout } = await promisify(execFile)(
    command as string,
    [...first, 'pack', '--dry-run', '--json', '--ignore-scripts'],
    { cwd: folder, signal },
  );
  const [packed] = JSON.parse(stdout) as readonly { readonly unpackedSize: number }[];
  const sizes = await Promise.all([...(await dependenciesOf(folder, new Set()))].map(folderBytes));
  return sizes.reduce((sum, size) => sum + size, packed?.unpackedSize ?? Number.NaN);
}

/** The size of the files in a folder, without its own `node_modules`. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        return entry.name === 'node_modules' ? 0 : folderBytes(path);
      }
      return (await stat(path)).size;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * The folders of a package's dependencies, including indirect ones.
 *
 * @param found the folders found so far, which are added to
 */
async function dependenciesOf(folder: string, found: Set<string>): Promise<Set<string>> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const dependency = findPackage(name, folder);
    if (dependency === undefined || found.has(dependency)) {
      continue;
    }
    found.add(dependency);
    await dependenciesOf(dependency, found);
  }
  return found;
}

/** Finds a package as Node would, starting at a folder. Optional peers may be missing. */
function findPackage(name: string, folder: string): string | undefined {
  const candidate = join(folder, 'node_modules', name);
  if (existsSync(join(candidate, 'package.json'))) {
    return candidate;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : findPackage(name, parent);
}
