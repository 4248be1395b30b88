import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { publint } from 'publint';

/** A tarball as `npm publish` would upload it. */
export interface PackedPackage {
  readonly tarball: string;
  /** Paths inside of it, sorted. */
  readonly files: readonly string[];
}

/** Time for packing, and for installing from a registry that may be slow. */
export const PACKING_TIMEOUT_MS = 120_000;

/** Runs a program to its end and gives its standard output; throws with all it printed where it fails. */
export function run(command: string, args: readonly string[], folder: string): string {
  // An npm inside of `npm test` would take the outer one's folder for its own.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local)/.test(name)),
  );
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', env });
  if (error !== undefined) {
    throw error;
  }
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  }
  return stdout;
}

/** Runs npm; its .cmd on Windows can't be spawned without a shell, its JavaScript can. */
export function npm(args: readonly string[], folder: string): string {
  const script = process.env['npm_execpath'];
  return script?.endsWith('.js') ? run(process.execPath, [script, ...args], folder) : run('npm', args, folder);
}

/**
 * Packs a package of the checkout, as it was built last.
 *
 * @param folder the package's folder
 * @param into where the tarball goes
 */
export function pack(folder: string, into: string): PackedPackage {
  const output = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', into], folder);
  const [packed] = JSON.parse(output) as readonly { filename: string; files: readonly { path: string }[] }[];
  if (packed === undefined) {
    throw new Error(`npm packed nothing of ${folder}`);
  }
  return { tarball: join(into, packed.filename), files: packed.files.map(({ path }) => path).sort() };
}

/**
 * Unpacks a package and gives it the dependencies that the checkout has: for packages whose dependencies are too large
 * to install once more.
 *
 * @param tarball what `pack` gave
 * @param into the folder whose `node_modules` it goes to
 * @returns the package's folder
 */
export function unpack(tarball: string, into: string): string {
  const unpacked = join(into, 'unpacked');
  const folder = extract(tarball, unpacked);
  for (const name of dependenciesOf(folder)) {
    linkPackage(name, folder);
  }
  return folder;
}

/**
 * Puts packages into the `node_modules` of a folder as an installation does: the packed ones unpacked, and beside them,
 * as links into the checkout, their dependencies and what else is needed.
 *
 * @param tarballs what `pack` gave, by the names of the packages
 * @param others packages that the specs have, such as the runner of a test
 */
export function install(tarballs: Readonly<Record<string, string>>, others: readonly string[], folder: string): void {
  const needed = new Set(others);
  for (const [name, tarball] of Object.entries(tarballs)) {
    const unpacked = extract(tarball, join(folder, 'unpacked', name));
    const place = join(folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    renameSync(unpacked, place);
    for (const dependency of dependenciesOf(place)) {
      needed.add(dependency);
    }
  }
  for (const name of needed) {
    linkPackage(name, folder);
  }
}

/**
 * The folder of a package that the specs have: one of their own, or one that they share with the rest of the checkout.
 */
export function packageFolder(name: string): string {
  const own = resolve('spec/node_modules', name);
  return existsSync(own) ? own : resolve('node_modules', name);
}

function extract(tarball: string, into: string): string {
  mkdirSync(into, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', into], into);
  return join(into, 'package');
}

function dependenciesOf(folder: string): readonly string[] {
  const { dependencies, peerDependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: object;
    peerDependencies?: object;
  };
  return Object.keys({ ...dependencies, ...peerDependencies });
}

function linkPackage(name: string, folder: string): void {
  const link = join(folder, 'node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(packageFolder(name), link, 'junction');
}

/** What publint has to say of a tarball. */
export async function complaints(tarball: string): Promise<readonly unknown[]> {
  const bytes = readFileSync(tarball);
  const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true });
  return messages;
}
