import { createPrivateKey, X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { createSecureContext } from 'node:tls';
import { reachableHosts } from '../net/reachableHosts.ts';
import { toError } from '../toError.ts';

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
  const { cert, key } = await issueCertificate(authority, [...namesOf(host)]);
  const { ca, caPath } = authority;
  return { cert: Buffer.from(cert), key: Buffer.from(key), clientCa: undefined, made: { ca, caPath } };
}

/** The names and addresses in the certificate of a server that listens on `host`. */
function namesOf(host: string): ReadonlySet<string> {
  const hosts = reachableHosts(host);
  return new Set(['localhost', '127.0.0.1', '::1', ...(hosts.length > 1 ? [hostname()] : []), ...hosts]);
}

function checked({ cert, key, ca }: GivenTls): ServerTls {
  const certificate = attempt('cert is not a certificate in PEM form', () => new X509Certificate(cert));
  const privateKey = attempt('key is not a private key in PEM form, or needs a passphrase', () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw unusable('mismatch: key is not the private key of cert');
  }
  // Node.js ignores an authority that it can't read, and then refuses all clients.
  attempt('ca is not a certificate in PEM form', () => ca === undefined || new X509Certificate(ca));
  attempt('cert or key is not accepted', () => createSecureContext({ cert, key, ca }));
  return {
    cert: Buffer.from(cert),
    key: Buffer.from(key),
    clientCa: ca === undefined ? undefined : Buffer.from(ca),
    made: undefined,
  };
}

/** Calls `act`, and says what its failure means. */
function attempt<T>(meaning: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const { reason, message } = toError(cause) as Error & { readonly reason?: string };
    throw unusable(`${meaning} (${reason ?? message})`, cause);
  }
}

function unusable(problem: string, cause?: unknown): TypeError {
  return new TypeError(
    `The tls option can't be used: ${problem}. Pass a certificate and its private key as PEM text.`,
    { cause },
  );
}
