import { mkdir, rm, writeFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { tlsFolder } from '../files/dataPaths.ts';

/** Certificates that a server is given, as PEM text. */
export interface GivenTls {
  /** The server's certificate, followed by those between it and its authority. */
  readonly cert: string | Buffer;
  /** Its private key. */
  readonly key: string | Buffer;
  /**
   * The authority of the clients' certificates: a client without one of these is refused (mutual TLS). Default: clients
   * need no certificate.
   */
  readonly ca?: string | Buffer;
}

/** What both endpoints speak TLS with. */
export interface ServerTls {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** The authority of the clients' certificates, where they need one. */
  readonly clientCa: Buffer | undefined;
  /** The authority that was made for this server, and the file it is in, where one was made. */
  readonly made: { readonly ca: string; readonly caPath: string } | undefined;
}

/**
 * Takes the certificates that are given, or makes some: then the authority's is written to `tls/ca.pem` in the data
 * folder, where clients can be pointed at it, and no private key is written anywhere.
 *
 * @param host the host that is listened on, for which the certificate will be, beside `localhost`, `127.0.0.1` and
 * `::1`
 * @throws TypeError where certificate and key can't be used together
 */
export async function serverTls(given: true | GivenTls, host: string, dataDir: string): Promise<ServerTls> {
  if (given !== true) {
    return checked(given);
  }
  // Only who wants certificates waits for the library that makes them.
  const { makeCertificates } = await import('./makeCertificates.ts');
  const { ca, cert, key } = await makeCertificates([...new Set(['localhost', '127.0.0.1', '::1', ...namesOf(host)])]);
  const folder = tlsFolder(dataDir);
  const caPath = join(folder, 'ca.pem');
  await mkdir(folder, { recursive: true });
  await writeFile(caPath, ca);
  return { cert: Buffer.from(cert), key: Buffer.from(key), clientCa: undefined, made: { ca, caPath } };
}

/** Removes the file of an authority that nothing is signed by any more. */
export async function forgetAuthority({ made }: ServerTls): Promise<void> {
  if (made !== undefined) {
    await rm(made.caPath, { force: true });
  }
}

/** By which names and addresses others reach this machine, where it listens on all of them. */
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
      `The tls option can't be used: ${reason ?? message}. It takes true, or a certificate and its private key as PEM text.`,
    );
  }
  return {
    cert: Buffer.from(cert),
    key: Buffer.from(key),
    clientCa: ca === undefined ? undefined : Buffer.from(ca),
    made: undefined,
  };
}
