import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { publint } from 'publint';

/** A tarball as `npm publish` would upload it. */
export interface PackedPackage {
  readonly tarball: string;
  /** Paths inside of it, sorted. */
  readonly files: readonly string[];
}

/** Time for packing, and for installing from a registry that may be slow. */
export const packingTimeoutMs = 120_000;

/** Runs a program to its end and gives its standard output; throws with all it printed where it fails. */
export function run(command: string, args: readonly string[], folder: string): string {
  // An npm inside of `npm test` would take the outer one's folder for its own.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local)/.test(name)),
  );
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', env });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
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
  if (packed === undefined) throw new Error(`npm packed nothing of ${folder}`);
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
  mkdirSync(unpacked);
  run('tar', ['-xzf', tarball, '-C', unpacked], into);
  const folder = join(unpacked, 'package');
  const { dependencies, peerDependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: object;
    peerDependencies?: object;
  };
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve('node_modules', name), link, 'junction');
  }
  return folder;
}

/** What publint has to say of a tarball. */
export async function complaints(tarball: string): Promise<readonly unknown[]> {
  const bytes = readFileSync(tarball);
  const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true });
  return messages;
}
