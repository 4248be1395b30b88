import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TableStoreError } from '../errors.ts';
import { tlsFolder } from '../files/dataPaths.ts';
import { hideFromOthers, OWNER_ONLY } from '../files/hideFromOthers.ts';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { replaceFile } from '../files/replaceFile.ts';
import { toError } from '../toError.ts';
import { type Authority, makeAuthority } from './makeAuthority.ts';

/** An authority in a data directory. */
export interface KeptAuthority extends Authority {
  /** The file with its certificate, for clients. */
  readonly caPath: string;
}

const RENEWAL_MS = 30 * 86_400_000;
const OWNER_ONLY_FOLDER = 0o700;

/**
 * Returns the authority of a data directory, so that clients need to trust it only once. It is made at the first start,
 * and renewed if fewer than 30 days are left. Certificate and key are in one file, so they always belong together. The
 * file for clients is a copy of the certificate.
 *
 * @param report called with one sentence if clients must trust another authority than before
 * @throws {@link TableStoreError} if the files can't be read or written
 */
export async function keptAuthority(dataDir: string, report: (message: string) => void): Promise<KeptAuthority> {
  const folder = tlsFolder(dataDir);
  const path = join(folder, 'authority.pem');
  const caPath = join(folder, 'ca.pem');
  const [pem, published] = [await readText(path), await readText(caPath)];
  const problem = pem === undefined ? `${path} is missing` : problemOf(pem, path);
  try {
    let authority: Authority;
    if (pem === undefined || problem !== undefined) {
      authority = await makeAuthority();
      await makeDurableDirectory(folder, OWNER_ONLY_FOLDER);
      await replaceFile(path, authority.ca + authority.key, OWNER_ONLY);
      if (pem !== undefined || published !== undefined) {
        report(`${problem}, so a new one is made. Clients must trust ${caPath} again.`);
      }
    } else {
      // Some file systems have no permissions.
      await hideFromOthers(path).catch((error: Error) =>
        report(
          `Other users may be able to read the private key in ${path}: its permissions can't be changed (${error.message}).`,
        ),
      );
      authority = read(pem);
    }
    if (published !== authority.ca) {
      await replaceFile(caPath, authority.ca);
    }
    return { ...authority, caPath };
  } catch (cause) {
    throw new TableStoreError(
      `The certificate authority can't be kept in ${folder}: ${toError(cause).message}. Make the folder writable, or use certificates of your own.`,
      { cause },
    );
  }
}

/** @returns why an authority can't be used any longer; undefined if it can */
function problemOf(pem: string, path: string): string | undefined {
  try {
    const certificate = new X509Certificate(pem);
    const key = createPrivateKey(pem);
    if (!certificate.ca || !certificate.checkPrivateKey(key) || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
      return `The certificate authority in ${path} is not one that zerobus-local has made`;
    }
    const { validTo } = certificate;
    return Date.parse(validTo) - Date.now() < RENEWAL_MS
      ? `The certificate authority in ${path} expires ${validTo}`
      : undefined;
  } catch {
    return `The certificate authority in ${path} is damaged`;
  }
}

/** Reads an authority that has no problem. */
function read(pem: string): Authority {
  return {
    ca: new X509Certificate(pem).toString(),
    key: createPrivateKey(pem).export({ format: 'pem', type: 'pkcs8' }) as string,
  };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8').catch(ignoreMissing);
  } catch (cause) {
    throw new TableStoreError(
      `${path} can't be read: ${toError(cause).message}. Make it readable, or delete it to get a new certificate authority.`,
      { cause },
    );
  }
}
