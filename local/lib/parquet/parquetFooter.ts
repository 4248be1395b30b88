import { type FileHandle, open } from 'node:fs/promises';
import {
  decodeThriftStruct,
  encodeThriftStruct,
  type ThriftList,
  type ThriftStruct,
  type ThriftValue,
} from './thriftCompact.ts';

/** The footer's length and the magic number, at the end of every Parquet file. */
const TAIL_BYTES = 8;

/**
 * Lets `change` change the footer of a Parquet file. The pages stay as they are.
 *
 * @param change changes the footer's `FileMetaData`, and returns whether it did
 */
export async function changeFooter(path: string, change: (metaData: ThriftStruct) => boolean): Promise<void> {
  // The file is opened for appending, so the new footer replaces the one that is cut off, completely or with an error.
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const length = (await readBytes(file, size - TAIL_BYTES, 4)).readUInt32LE();
    const start = size - TAIL_BYTES - length;
    const metaData = decodeThriftStruct(await readBytes(file, start, length));
    if (!change(metaData)) {
      return;
    }
    const footer = encodeThriftStruct(metaData);
    const tail = Buffer.from('\0\0\0\0PAR1', 'latin1');
    tail.writeUInt32LE(footer.length);
    await file.truncate(start);
    await file.appendFile(Buffer.concat([footer, tail]));
  } finally {
    await file.close();
  }
}

/** The value of a field. Undefined if the struct lacks it. */
export function valueIn(parent: ThriftStruct, id: number): ThriftValue | undefined {
  return parent.get(id)?.value;
}

/** The struct in a field. Empty if there is none. */
export function structIn(parent: ThriftStruct, id: number): ThriftStruct {
  const found = valueIn(parent, id);
  return found instanceof Map ? found : new Map();
}

/** The values of the list in a field. Empty if there is none. */
export function listIn(parent: ThriftStruct, id: number): ThriftValue[] {
  return (valueIn(parent, id) as ThriftList | undefined)?.values ?? [];
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
