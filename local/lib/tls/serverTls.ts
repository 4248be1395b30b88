import { hostname, networkInterfaces } from 'node:os';
import { createSecureContext } from 'node:tls';

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
  /** The authority that signed the certificate, and its file; undefined if certificates were given. */
  readonly made: { readonly ca: string; readonly caPath: string } | undefined;
}

/**
 * Returns the given certificates, or makes one that the authority of the data directory signs.
 *
 * @param host the host to listen on. The certificate is for it and for `localhost`, `127.0.0.1` and `::1`
 * @param report called with one sentence if clients must trust another authority than before
 * @throws TypeError if the certificate and the key can't be used together
 * @throws {@link TableStoreError} if the authority can't be kept in the data directory
 */
export async function serverTls(
  given: true | GivenTls,
  host: string,
  dataDir: string,
  report: (message: string) => void,
): Promise<ServerTls> {
  if (given !== true) {
    return checked(given);
  }
  // Loads the library that makes certificates only if it is needed.
  const [{ keptAuthority }, { issueCertificate }] = await Promise.all([
    import('./keptAuthority.ts'),
    import('./issueCertificate.ts'),
  ]);
  const authority = await keptAuthority(dataDir, report);
  const names = new Set(['localhost', '127.0.0.1', '::1', ...namesOf(host)]);
  const { cert, key } = await issueCertificate(authority, [...names]);
  const { ca, caPath } = authority;
  return { cert: Buffer.from(cert), key: Buffer.from(key), clientCa: undefined, made: { ca, caPath } };
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
