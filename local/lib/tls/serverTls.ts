import { mkdir, rm, writeFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { tlsFolder } from '../files/dataPaths.ts';

/** Certificates for the server, as PEM text. */
export interface GivenTls {
  /** The server's certificate, followed by the intermediate certificates. */
  readonly cert: string | Buffer;
  /** Its private key. */
  readonly key: string | Buffer;
  /**
   * The authority of the clients' certificates. A client without such a certificate is refused (mutual TLS). Defaults
   * to no client certificates.
   */
  readonly ca?: string | Buffer;
}

/** The certificates of both endpoints. */
export interface ServerTls {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** The authority of the clients' certificates, if clients need one. */
  readonly clientCa: Buffer | undefined;
  /** The authority that was made for this server, and its file; undefined if certificates were given. */
  readonly made: { readonly ca: string; readonly caPath: string } | undefined;
}

/**
 * Returns the given certificates, or makes some. If it makes them, it writes the authority's certificate to
 * `tls/ca.pem` in the data directory, for clients. It writes no private key.
 *
 * @param host the host to listen on. The certificate is for it and for `localhost`, `127.0.0.1` and `::1`
 * @throws TypeError if the certificate and the key can't be used together
 */
export async function serverTls(given: true | GivenTls, host: string, dataDir: string): Promise<ServerTls> {
  if (given !== true) {
    return checked(given);
  }
  // Loads the library that makes certificates only if it is needed.
  const { makeCertificates } = await import('./makeCertificates.ts');
  const { ca, cert, key } = await makeCertificates([...new Set(['localhost', '127.0.0.1', '::1', ...namesOf(host)])]);
  const folder = tlsFolder(dataDir);
  const caPath = join(folder, 'ca.pem');
  await mkdir(folder, { recursive: true });
  await writeFile(caPath, ca);
  return { cert: Buffer.from(cert), key: Buffer.from(key), clientCa: undefined, made: { ca, caPath } };
}

/** Removes the authority's file when the server closes. */
export async function forgetAuthority({ made }: ServerTls): Promise<void> {
  if (made !== undefined) {
    await rm(made.caPath, { force: true });
  }
}

/** The names and addresses of this machine, if it listens on all of them. */
function namesOf(host: string): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') {
    return [host];
  }
  const addresses = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address));
  return [hostname(), ...addresses.filter((address) => !address.includes('%'))];
}

function checked({ cert, key, ca }: GivenTls): ServerTls {
  try {
    createSecureContext({ cert, key, ...(ca === undefined ? {} : { ca }) });
  } catch (error) {
    const { reason, message } = error as Error & { readonly reason?: string };
    throw new TypeError(
      `The tls option can't be used: ${reason ?? message}. Pass true, or a certificate and its private key as PEM text.`,
    );
  }
  return {
    cert: Buffer.from(cert),
    key: Buffer.from(key),
    clientCa: ca === undefined ? undefined : Buffer.from(ca),
    made: undefined,
  };
}
