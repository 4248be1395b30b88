import { readFile } from 'node:fs/promises';
import type { GivenTls } from '../tls/serverTls.ts';
import { toError } from '../toError.ts';

/** The command line options for TLS. */
export interface TlsFlags {
  readonly tls?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
}

/**
 * Reads the certificates that the command line names.
 *
 * @returns true for certificates of the server's own authority, false for no TLS
 * @throws Error if the options don't go together, or a file can't be read
 */
export async function givenTls({ tls = false, tlsCert, tlsKey, tlsClientCa }: TlsFlags): Promise<boolean | GivenTls> {
  if (tlsCert === undefined && tlsKey === undefined && tlsClientCa === undefined) {
    return tls;
  }
  if (tls) {
    throw new Error('Set either --tls, which makes certificates, or --tls-cert and --tls-key for your own.');
  }
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new Error('Set both --tls-cert and --tls-key. --tls-client-ca needs them too.');
  }
  const [cert, key, ca] = await Promise.all([
    read('--tls-cert', tlsCert),
    read('--tls-key', tlsKey),
    tlsClientCa === undefined ? undefined : read('--tls-client-ca', tlsClientCa),
  ]);
  return { cert, key, ...(ca === undefined ? {} : { ca }) };
}

async function read(option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(`The file of ${option} can't be read: ${toError(cause).message}.`, { cause });
  }
}
