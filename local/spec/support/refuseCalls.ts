/**
 * Loaded before everything else (`node --import`). It makes file system calls of a process fail, as some mounts do.
 * Environment variables: `REFUSE_FOLDER_SYNC`, the code with which directories refuse fsync; `REFUSE_LINK`, the code
 * with which hard links are refused; and `REFUSE_WRITES`, the code with which the write-ahead log refuses rows and new
 * files as long as the file `REFUSE_WHILE` exists.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { REFUSE_FOLDER_SYNC: syncCode = '', REFUSE_LINK: linkCode = '', REFUSE_WRITES: writeCode = '' } = process.env;

function refusal(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: made to fail, ${call}`), { code, syscall: call });
}

if (syncCode !== '') {
  const handle = await fs.promises.open(process.execPath);
  const prototype = Object.getPrototypeOf(handle) as fs.promises.FileHandle;
  await handle.close();
  const { sync } = prototype;
  prototype.sync = async function (this: fs.promises.FileHandle) {
    if ((await this.stat()).isDirectory()) {
      throw refusal(syncCode, 'fsync');
    }
    await sync.call(this);
  };
}
if (linkCode !== '') {
  fs.promises.link = () => Promise.reject(refusal(linkCode, 'link'));
}
if (writeCode !== '') {
  const isRefused = (): boolean => fs.existsSync(process.env['REFUSE_WHILE'] ?? '');
  const { writev } = fs;
  const { open } = fs.promises;
  fs.writev = ((...args: Parameters<typeof writev>) => {
    if (isRefused()) {
      const callback = args.at(-1) as unknown as (error: Error) => void;
      process.nextTick(callback, refusal(writeCode, 'write'));
    } else {
      writev(...args);
    }
  }) as typeof writev;
  fs.promises.open = (...args: Parameters<typeof open>) =>
    /[\\/]wal[\\/].*\.tmp$/.test(String(args[0])) && isRefused()
      ? Promise.reject(refusal(writeCode, 'open'))
      : open(...args);
}
syncBuiltinESMExports();
