import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the corpus, which has one of each target. */
const CORPUS = 'spec/fuzz/corpus';

/** Reads the inputs that once were findings of a target. */
export function readCorpus(target: string): ReadonlyMap<string, Buffer> {
  const folder = join(CORPUS, target);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}

/** Keeps an input as a file of the corpus. @returns its path */
export function keepInput(target: string, input: Buffer): string {
  const folder = join(CORPUS, target);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, createHash('sha256').update(input).digest('hex').slice(0, 16));
  writeFileSync(path, input);
  return path;
}
