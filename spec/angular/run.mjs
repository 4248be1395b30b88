// Builds the Angular application of examples/angular, and runs its specs in Chromium. `npm run spec:angular` compiles
// them first. It installs the Angular CLI, so it is no part of `npm test`.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromiumPath, NO_CHROMIUM } from '../../build/spec/browser/support/chromium.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = `${ROOT}examples/angular`;

function run(command, args, cwd) {
  const began = performance.now();
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  console.log(`${command} ${args.join(' ')}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return status ?? 1;
}

function skip(reason) {
  console.log(`The specs of the Angular application are skipped: ${reason}`);
  return 0;
}

function main() {
  if (chromiumPath() === undefined) {
    return skip(NO_CHROMIUM);
  }
  // npm writes this file last.
  if (
    !existsSync(`${FOLDER}/node_modules/.package-lock.json`) &&
    run('npm', ['ci', '--no-audit', '--no-fund'], FOLDER) !== 0
  ) {
    return skip('what the application needs cannot be installed.');
  }
  const status = run('npm', ['run', '--silent', 'build'], FOLDER);
  return status === 0
    ? run(process.execPath, ['node_modules/jasmine/bin/jasmine.js', '--config=spec/angular/jasmine.mjs'], ROOT)
    : status;
}

process.exitCode = main();
