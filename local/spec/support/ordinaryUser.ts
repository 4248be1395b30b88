import { spawnSync } from 'node:child_process';

/** The user `nobody` of most systems. */
const NOBODY = 65534;

/** A user that a process is started as. Empty for the user of this process. */
export interface ProcessUser {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * A user that file permissions bind, which they don't do for root. Skips the spec if there is none that may run this
 * program.
 *
 * @param program the file that the user must be able to read
 */
export function ordinaryUser(program: string): ProcessUser {
  if (process.platform !== 'win32' && process.getuid?.() !== 0) {
    return {};
  }
  const user = { uid: NOBODY, gid: NOBODY };
  const script = `require('node:fs').readFileSync(${JSON.stringify(program)})`;
  const isAble = process.platform !== 'win32' && spawnSync(process.execPath, ['-e', script], user).status === 0;
  if (!isAble) {
    pending('needs a user that file permissions bind: do not run the specs as root');
  }
  return user;
}
