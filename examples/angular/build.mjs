// Builds the application by the Angular CLI, and prints what the entry of rxjs-zerobus adds to it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 23) || (major === 24 && minor < 15) || major === 23 || major === 25) {
  console.error(
    `Angular's CLI does not run in Node ${process.versions.node}, and npm has installed no other Node for this platform: use Node 24.15 or later.`,
  );
  process.exit(1);
}

const { status } = spawnSync(process.execPath, ['node_modules/@angular/cli/bin/ng.js', 'build'], { stdio: 'inherit' });
if (status !== 0) {
  process.exit(status ?? 1);
}

const { outputs } = JSON.parse(readFileSync('dist/browser-stats.json', 'utf8'));
const scripts = Object.entries(outputs).filter(([name]) => name.endsWith('.js'));
const bytesOf = (pattern) =>
  scripts
    .flatMap(([, { inputs }]) => Object.entries(inputs))
    .filter(([path]) => pattern.test(path))
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(
  `rxjs-zerobus/browser is ${kilobytes(bytesOf(/^\.\.\/\.\.\/dist\//))} of ${kilobytes(bytesOf(/./))}, ` +
    `rxjs ${kilobytes(bytesOf(/node_modules\/rxjs\//))}.`,
);
