import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** The version of chdb. */
export const CHDB_VERSION = '3.4.0';

/** The part of chdb used here: ClickHouse in the process, which reads Delta tables through delta-kernel-rs. */
export interface Chdb {
  /** Runs a query and returns its output in the format. */
  query(sql: string, format: string): string;
}

/**
 * The cache folder that chdb is installed in.
 *
 * @param root the folder of the repository
 */
export function chdbFolder(root: string): string {
  return resolve(root, 'node_modules', '.cache', `chdb-${CHDB_VERSION}`);
}

/**
 * Loads chdb. It takes half a gigabyte, so it is not a dependency, but is installed once in a cache folder.
 *
 * @param root the folder of the repository
 */
export function installChdb(root: string): Chdb {
  const folder = chdbFolder(root);
  const manifest = join(folder, 'package.json');
  if (!existsSync(join(folder, 'node_modules', 'chdb', 'package.json'))) {
    console.log(`installing chdb ${CHDB_VERSION} into ${folder} (546 MB, once)`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(manifest, JSON.stringify({ private: true }));
    const npm = process.env['npm_execpath'];
    if (npm === undefined) {
      throw new Error('start this with: npm run verify:delta');
    }
    const args = [npm, 'install', '--no-save', '--no-audit', '--no-fund', `chdb@${CHDB_VERSION}`];
    execFileSync(process.execPath, args, { cwd: folder, stdio: 'inherit' });
  }
  return createRequire(manifest)('chdb') as Chdb;
}
