import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { FileContent } from './inputFile.ts';

/** The number of bytes that are compared at each end of a file. */
const SAMPLE_BYTES = 65_536;

/**
 * Looks at a file.
 *
 * @throws `Error` if it cannot be read, or if it is a folder or a device
 */
export async function fileContent(path: string): Promise<FileContent> {
  // To open a named pipe would wait for a program that writes into it.
  const stats = await stat(path);
  if (stats.isDirectory()) {
    throw new Error(`${path} is a folder. Pass its files, such as ${path}/*.`);
  }
  if (!stats.isFile()) {
    throw new Error(`${path} is not a file. Pipe a device or a named pipe into standard input instead.`);
  }
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const head = await bytesAt(handle, 0, Math.min(size, SAMPLE_BYTES));
    const tail = await bytesAt(handle, Math.max(0, size - SAMPLE_BYTES), Math.min(size, SAMPLE_BYTES));
    const digest = createHash('sha256').update(head).update(tail).digest('hex');
    return { path, size, isGzip: head[0] === 0x1f && head[1] === 0x8b, digest };
  } finally {
    await handle.close();
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
