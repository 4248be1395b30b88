// Runs the specs that are compiled, all of them or some. `npm run spec -- toZerobus` compiles them first.

import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runBatches } from '../build/spec/support/runBatches.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const JASMINE = 'node_modules/jasmine/bin/jasmine.js';
const CONFIG = '--config=spec/jasmine.mjs';
const ENDING = '.spec.ts';
const NAMES_LISTED = 5;
const JOBS = '--jobs=';
const WITHOUT = '--without=';
/** Enough for a run of minutes. Each process, with those that its specs start, takes memory too. */
const MOST_JOBS = 4;
/** A process takes half a second to start, and a file two seconds on average. */
const FILES_PER_PROCESS = 8;
/** Options of jasmine that mean the same for a part of the files. With another one, all files run in one process. */
const optionsOfParts = /^--(filter|filter-path|seed|random)=/;

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

/**
 * Deals the files like cards, so that the slow ones of a folder are spread. How many files share a process depends on
 * the files alone, and so does, with a seed, the order of their specs.
 */
function deal(files) {
  const batches = Array.from({ length: Math.ceil(files.length / FILES_PER_PROCESS) }, () => []);
  for (const [at, file] of files.entries()) {
    batches[at % batches.length].push(file);
  }
  return batches;
}

async function runParts(options, files, jobs) {
  const isSeeded = options.some((option) => option.startsWith('--seed='));
  const isWell = await runBatches({
    script: JASMINE,
    options: [CONFIG, ...(isSeeded ? [] : [`--seed=${randomInt(100_000)}`]), ...options],
    batches: deal(files),
    jobs,
  });
  return isWell ? 0 : 1;
}

function runAtOnce(options, files) {
  const { status, error } = spawnSync(process.execPath, [JASMINE, CONFIG, ...options, ...files], { stdio: 'inherit' });
  if (error !== undefined) {
    throw error;
  }
  return status ?? 1;
}

const args = process.argv.slice(2);
const words = args.filter((argument) => !argument.startsWith('-'));
const jobsGiven = args.find((argument) => argument.startsWith(JOBS))?.slice(JOBS.length);
const without = args.filter((argument) => argument.startsWith(WITHOUT)).map((each) => each.slice(WITHOUT.length));
const options = args.filter((each) => each.startsWith('-') && !each.startsWith(JOBS) && !each.startsWith(WITHOUT));
const jobs = Number(jobsGiven ?? Math.min(availableParallelism(), MOST_JOBS));
const paths = specFiles();
const lost = words.filter((word) => !paths.some((path) => has(path, word)));

for (const word of lost) {
  const near = nearNames(word, paths);
  console.error(
    `No spec file has "${word}" in its path.${near.length > 0 ? ` Near names: ${near.join(', ')}.` : ''} ` +
      'Give a part of a path such as "operators/pull", or no word at all to run every spec.',
  );
}
const isCount = Number.isInteger(jobs) && jobs >= 1;
if (!isCount) {
  console.error(`${JOBS}${jobsGiven} is no number of processes. Give a whole number from 1, such as ${JOBS}2.`);
}

if (lost.length > 0 || !isCount) {
  process.exitCode = 1;
} else {
  process.chdir(ROOT);
  const chosen = paths
    .filter((path) => words.length === 0 || words.some((word) => has(path, word)))
    .filter((path) => !without.some((word) => has(path, word)))
    .map(compiled);
  const isOfParts = options.every((option) => optionsOfParts.test(option));
  process.exitCode = isOfParts ? await runParts(options, chosen, jobs) : runAtOnce(options, chosen);
}
