import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopProcess } from './serverProcess.ts';

/** A folder, and the process that serves it. */
export interface ServedFolder {
  /** The path of the folder, which differs from spec to spec. */
  path: string;
  /** The process, set by the spec when it starts or restarts one. */
  server: ChildProcess | undefined;
}

/** Gives each spec of a `describe` a folder. Afterwards, kills the process that still serves it, and removes it. */
export function servedFolder(): ServedFolder {
  const folder: ServedFolder = { path: '', server: undefined };
  beforeEach(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'rxjs-zerobus-'));
    folder.server = undefined;
  });
  afterEach(async () => {
    const { server, path } = folder;
    if (server?.exitCode === null && server.signalCode === null) {
      await stopProcess(server, 'SIGKILL');
    }
    await rm(path, { recursive: true, force: true });
  });
  return folder;
}
