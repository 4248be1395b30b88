// The library's decorators need it, before they are evaluated.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** What {@link makeCertificates} makes, each as PEM. */
export interface Certificates {
  /** The certificate of the authority, which clients are told to trust. Its private key is gone. */
  readonly ca: string;
  /** The server's certificate. */
  readonly cert: string;
  /** The server's private key. */
  readonly key: string;
}

const DAY_MS = 86_400_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * Makes an authority and a certificate of it for a server. There are two, since clients such as rustls refuse a
 * certificate that is an authority and a server in one.
 *
 * @param hosts the names and addresses the certificate is for
 * @param lifetimeMs how long both are valid, beginning a day ago for clients whose clocks are behind. Default: 397
 * days, the longest that all common clients accept
 */
export async function makeCertificates(
  hosts: readonly string[],
  lifetimeMs: number = 397 * DAY_MS,
): Promise<Certificates> {
  const authorityKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const serverKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = Date.now();
  const validity = { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + lifetimeMs - DAY_MS) };
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      name: 'CN=zerobus-local CA',
      signingAlgorithm: algorithm,
      keys: authorityKeys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const server = await X509CertificateGenerator.create(
    {
      ...validity,
      subject: 'CN=zerobus-local',
      issuer: authority.subject,
      signingAlgorithm: algorithm,
      publicKey: serverKeys.publicKey,
      signingKey: authorityKeys.privateKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          hosts.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host })),
        ),
        await SubjectKeyIdentifierExtension.create(serverKeys.publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', serverKeys.privateKey);
  return {
    ca: `${authority.toString('pem')}\n`,
    cert: `${server.toString('pem')}\n`,
    key: `${PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  };
}
