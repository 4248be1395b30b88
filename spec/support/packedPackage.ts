import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { publint } from 'publint';

/** A tarball as `npm publish` would upload it. */
export interface PackedPackage {
  readonly tarball: string;
  /** The paths in it, sorted. */
  readonly files: readonly string[];
}

/** Time for packing, and for installing from a registry that may be slow. */
export const PACKING_TIMEOUT_MS = 120_000;

/**
 * Runs a program to its end and returns its standard output. If it fails, throws an error with everything it printed.
 */
export function run(command: string, args: readonly string[], folder: string): string {
  // Inside of `npm test`, npm would use the outer npm's folder.
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

/** Runs npm. On Windows, its .cmd cannot be spawned without a shell, but its JavaScript can. */
export function npm(args: readonly string[], folder: string): string {
  const script = process.env['npm_execpath'];
  return script?.endsWith('.js') ? run(process.execPath, [script, ...args], folder) : run('npm', args, folder);
}

/**
 * Packs a package of the checkout, as it was last built.
 *
 * @param folder the folder of the package
 * @param into the folder for the tarball
 */
export function pack(folder: string, into: string): PackedPackage {
  const output = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', into], folder);
  const [packed] = JSON.parse(output) as readonly { filename: string; files: readonly { path: string }[] }[];
  if (packed === undefined) {
    throw new Error(`npm packed nothing in ${folder}.`);
  }
  return { tarball: join(into, packed.filename), files: packed.files.map(({ path }) => path).sort() };
}

/**
 * Unpacks a package and links the dependencies of the checkout into it. For packages whose dependencies are too large
 * to install again.
 *
 * @param tarball the result of `pack`
 * @param into the folder that receives the package
 * @returns the folder of the package
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
 * Puts packages into the `node_modules` of a folder, as an installation does. Packed ones are unpacked. Their
 * dependencies and other needed packages are linked to the checkout.
 *
 * @param tarballs the results of `pack`, by the names of the packages
 * @param others other packages of the specs, such as the runner of a test
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

/** The folder of a package that the specs use: one of their own, or one of the rest of the checkout. */
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
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: object;
    peerDependencies?: object;
    peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  };
  const { dependencies, peerDependencies = {}, peerDependenciesMeta: meta = {} } = manifest;
  return Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => meta[name]?.optional !== true);
}

function linkPackage(name: string, folder: string): void {
  const link = join(folder, 'node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(packageFolder(name), link, 'junction');
}

/** The complaints of publint about a tarball. */
export async function complaints(tarball: string): Promise<readonly unknown[]> {
  const bytes = readFileSync(tarball);
  const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true });
  return messages;
}
