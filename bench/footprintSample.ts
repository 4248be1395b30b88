import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOfficialSdk } from './clients/officialSdk.ts';
import { folderBytes, installedBytes } from './footprint/installedBytes.ts';
import type { Subject } from './job.ts';
import { Child } from './process/child.ts';
import type { Sample } from './row.ts';

/** The folder of this package, relative to the compiled file. */
const checkout = fileURLToPath(new URL('../..', import.meta.url));
const sizes = new Map<Subject, Promise<number>>();

/** Imports one client into an empty process, and measures its size on disk. */
export async function footprintSample(subject: Subject, signal: AbortSignal): Promise<Sample> {
  const child = new Child('footprint/main.js', { subject }, signal);
  try {
    const { importMs } = await child.nextMessage<{ importMs: number }>();
    // The size is the same in every round.
    const size = sizes.get(subject) ?? sizeOf(subject, signal);
    sizes.set(subject, size);
    return { importMs, installedMb: (await size) / 1e6 };
  } finally {
    await child[Symbol.asyncDispose]();
  }
}

async function sizeOf(subject: Subject, signal: AbortSignal): Promise<number> {
  if (subject === 'ours') {
    return installedBytes(checkout, signal);
  }
  const official = findOfficialSdk();
  return subject === 'official' && official !== undefined ? folderBytes(dirname(official)) : 0;
}
