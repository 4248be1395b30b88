/**
 * A process that puts a file into a folder without hard links, on a disk that is full after half of it. Argument: the
 * path. It prints the code of the error, and then puts the file again.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [path = ''] = process.argv.slice(2);
const handle = await fs.promises.open(process.execPath);
const prototype = Object.getPrototypeOf(handle) as fs.promises.FileHandle;
await handle.close();
const { writeFile } = prototype;
let writes = 0;
prototype.writeFile = async function (this: fs.promises.FileHandle, content) {
  writes += 1;
  // The first write is that of the temporary file.
  if (writes === 2) {
    await writeFile.call(this, String(content).slice(0, 3));
    throw Object.assign(new Error('ENOSPC: made to fail'), { code: 'ENOSPC' });
  }
  await writeFile.call(this, content);
};
fs.promises.link = () => Promise.reject(Object.assign(new Error('EPERM: made to fail'), { code: 'EPERM' }));
syncBuiltinESMExports();

const { putIfAbsent } = await import('../../lib/files/putIfAbsent.ts');
const code = await putIfAbsent(path, 'content').then(
  () => 'none',
  (error: NodeJS.ErrnoException) => error.code,
);
fs.writeSync(
  1,
  `${code} ${fs.existsSync(path)} ${await putIfAbsent(path, 'content')} ${fs.readFileSync(path, 'utf8')}`,
);
