import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from './syncPath.ts';

/** Creates a directory with its parents, such that it is still there after a power cut. */
export async function makeDurableDirectory(path: string): Promise<void> {
  const firstCreated = await mkdir(path, { recursive: true });
  if (firstCreated === undefined) {
    return;
  }
  for (let created = path; ; created = dirname(created)) {
    await syncPath(dirname(created));
    if (created === firstCreated || created === dirname(created)) {
      return;
    }
  }
}
