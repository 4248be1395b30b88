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
 * How much a package of this checkout takes where it is installed, all that it depends on and its peers included: its
 * own files as `npm pack` would publish them, the others' as they are installed here.
 *
 * @param folder the package's folder
 * @param signal ends npm
 */
export async function installedBytes(folder: string, signal: AbortSignal): Promise<number> {
  // npm's .cmd on Windows can't be started without a shell, its JavaScript can.
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

/** The size of a folder's files, without what is installed inside of it for itself. */
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

/** The folders of a package's dependencies, theirs too. @param found what is known already; added to */
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

/** Where Node would find a package, seen from a folder; optional peers need not be there. */
function findPackage(name: string, folder: string): string | undefined {
  const candidate = join(folder, 'node_modules', name);
  if (existsSync(join(candidate, 'package.json'))) {
    return candidate;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : findPackage(name, parent);
}
