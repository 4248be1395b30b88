// Runs the specs that are compiled, all of them or some. `npm run spec -- toZerobus` compiles them first.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const JASMINE = 'node_modules/jasmine/bin/jasmine.js';
const ENDING = '.spec.ts';
const NAMES_LISTED = 5;

/**
 * The sources of the specs, so that what an earlier build left in `build/` is not run: paths from the root, with
 * slashes.
 */
function specFiles() {
  return ['spec', 'local/spec']
    .flatMap((folder) =>
      readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
    )
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(ENDING) && !path.includes('/node_modules/'))
    .sort();
}

/** Where a spec is compiled to. */
function compiled(path) {
  return path.replace(/^(local\/)?/, '$1build/').replace(/ts$/, 'js');
}

function has(path, word) {
  return path.toLowerCase().includes(word.toLowerCase().replaceAll('\\', '/'));
}

/** The names of spec files and folders that are most like a word, by the pairs of letters that they share with it. */
function nearNames(word, paths) {
  const wanted = pairs(word);
  const names = new Set(paths.flatMap((path) => path.slice(0, -ENDING.length).split('/')));
  const ranked = [...names]
    .map((name) => ({ name, likeness: likeness(wanted, pairs(name)) }))
    .filter((each) => each.likeness > 0)
    .sort((a, b) => b.likeness - a.likeness);
  return ranked.map(({ name }) => name).slice(0, NAMES_LISTED);
}

function pairs(text) {
  const letters = text.toLowerCase();
  return new Set(Array.from({ length: Math.max(letters.length - 1, 0) }, (_, at) => letters.slice(at, at + 2)));
}

function likeness(a, b) {
  const shared = [...a].filter((pair) => b.has(pair)).length;
  return shared / Math.max(a.size + b.size, 1);
}

const words = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const paths = specFiles();
const lost = words.filter((word) => !paths.some((path) => has(path, word)));

for (const word of lost) {
  const near = nearNames(word, paths);
  console.error(
    `No spec file has "${word}" in its path.${near.length > 0 ? ` Near names: ${near.join(', ')}.` : ''} ` +
      'Give a part of a path such as "operators/pull", or no word at all to run every spec.',
  );
}

if (lost.length > 0) {
  process.exitCode = 1;
} else {
  const chosen = paths.filter((path) => words.length === 0 || words.some((word) => has(path, word)));
  const { status, error } = spawnSync(
    process.execPath,
    [JASMINE, '--config=spec/jasmine.mjs', ...options, ...chosen.map(compiled)],
    { cwd: ROOT, stdio: 'inherit' },
  );
  if (error !== undefined) {
    throw error;
  }
  process.exitCode = status ?? 1;
}
