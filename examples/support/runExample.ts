/**
 * Runs an example or a recipe: `npm run example NAME`. A recipe is a folder. If it has a package.json of its own, what
 * it needs is installed there before its first run, since it would be too much for everyone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sources = join(root, 'examples');
const built = join(root, 'build/examples');

/** The examples, which are files, and the recipes, which are folders with a README. */
const names = readdirSync(sources, { withFileTypes: true }).flatMap((entry) => {
  if (entry.isDirectory()) {
    return existsSync(join(sources, entry.name, 'README.md')) ? [entry.name] : [];
  }
  return entry.name.endsWith('.ts') ? [entry.name.slice(0, -3)] : [];
});

function npm(folder: string, args: readonly string[]): number {
  const { status, error } = spawnSync('npm', args, {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error !== undefined) {
    process.stderr.write(`npm can't be run: ${error.message}.\n`);
  }
  return status ?? 1;
}

async function run([name = '', ...args]: readonly string[]): Promise<number> {
  if (!names.includes(name)) {
    process.stdout.write(`Usage: npm run example NAME\n\n${names.map((each) => `  ${each}\n`).join('')}`);
    return name === '' || name === '--help' ? 0 : 2;
  }
  const folder = join(sources, name);
  if (existsSync(join(folder, 'package.json'))) {
    if (!existsSync(join(folder, 'node_modules'))) {
      process.stdout.write(`Installing what ${name} needs, in examples/${name}/node_modules.\n`);
      const status = npm(folder, ['ci', '--no-audit', '--no-fund']);
      if (status !== 0) {
        return status;
      }
    }
    return npm(folder, ['start', '--silent', '--', ...args]);
  }
  process.argv.splice(2, process.argv.length, ...args);
  await import(pathToFileURL(join(built, existsSync(folder) ? `${name}/main.js` : `${name}.js`)).href);
  return 0;
}

const status = await run(process.argv.slice(2));
if (status !== 0) {
  process.exitCode = status;
}
