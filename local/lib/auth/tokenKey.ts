import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TableStoreError } from '../errors.ts';
import { tokenKeyFile } from '../files/dataPaths.ts';
import { hideFromOthers, OWNER_ONLY } from '../files/hideFromOthers.ts';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { replaceFile } from '../files/replaceFile.ts';
import { toError } from '../toError.ts';
import type { ClientCredentials } from './clientCredentials.ts';

/** A key is 32 bytes, written as hexadecimal digits in a line of their own. */
const keyPattern = /^[0-9a-f]{64}\n$/;

/**
 * Returns the key that signs the tokens of a data directory. The first start writes it to `auth/token.key`, so that
 * tokens stay valid when the server is started again. If it can't be kept, or was damaged, that is reported, since
 * clients then need new tokens.
 *
 * @param client the only client that gets tokens; undefined for any. Tokens that were issued under another setting are
 * not valid
 * @param report called with what has happened to the key
 */
export async function tokenKey(
  dataDir: string,
  client: ClientCredentials | undefined,
  report: (error: Error) => void,
): Promise<Buffer> {
  const key = await storedKey(tokenKeyFile(dataDir), report);
  return createHmac('sha256', key)
    .update(JSON.stringify(client === undefined ? [] : [client.clientId, client.clientSecret]))
    .digest();
}

async function storedKey(path: string, report: (error: Error) => void): Promise<Buffer> {
  const key = randomBytes(32);
  try {
    const stored = await readFile(path, 'latin1').catch(ignoreMissing);
    if (stored !== undefined && keyPattern.test(stored)) {
      // On a file system without permissions, the key is good all the same.
      await hideFromOthers(path).catch(() => undefined);
      return Buffer.from(stored.trim(), 'hex');
    }
    await makeDurableDirectory(dirname(path));
    await replaceFile(path, `${key.toString('hex')}\n`, OWNER_ONLY);
    if (stored !== undefined) {
      report(
        new TableStoreError(
          `The key of the tokens in ${path} is damaged. A new key replaces it, and clients must fetch new tokens.`,
        ),
      );
    }
  } catch (cause) {
    const reason = toError(cause).message;
    report(
      new TableStoreError(
        `The key of the tokens in ${path} can't be used: ${reason}. Tokens are valid only until this server ends. ` +
          'Make the file readable and its folder writable for this process.',
        { cause },
      ),
    );
  }
  return key;
}
