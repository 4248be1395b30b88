/** Runs seeds against a mutant until one notices it: `node mutantProcess.js NUMBER SEEDS`. Prints what it has found. */
import { register } from 'node:module';
import { mutants } from './mutants.ts';

const [number = 0, seeds = 0] = process.argv.slice(2).map(Number);
register('./mutantLoader.js', import.meta.url, { data: mutants[number] });
// Only now, so that the client is loaded broken.
const { runSeeds } = await import('./runSeeds.ts');
const { count, failed } = runSeeds(0, seeds, (found) => found > 0);
process.stdout.write(JSON.stringify({ count, failed: failed[0] }));
