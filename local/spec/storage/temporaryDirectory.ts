import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for each spec of a suite, removed after it. Its name has what names of folders may have: a blank, a quote,
 * and characters that stand for others in patterns.
 *
 * @returns gives the current spec's folder
 */
export function useTemporaryDirectory(): () => string {
  let path = '';
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "zerobus local's [1]*-"));
  });
  afterEach(() => rm(path, { recursive: true }));
  return () => path;
}
