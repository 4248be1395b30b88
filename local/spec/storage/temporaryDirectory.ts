import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Creates a folder for each spec of a suite, and removes it afterwards. Its name contains what names of folders may
 * contain: a blank, a quote, and pattern characters.
 *
 * @returns a function that returns the current spec's folder
 */
export function useTemporaryDirectory(): () => string {
  let path = '';
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "zerobus local's [1]*-"));
  });
  afterEach(() => rm(path, { recursive: true }));
  return () => path;
}
