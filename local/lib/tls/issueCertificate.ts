// Must come first: the decorators of @peculiar/x509 need it.
import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
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
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { type Authority, signing } from './makeAuthority.ts';

/** A server's certificate and its private key, as PEM. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;

/**
 * Makes a server certificate with a new key. It is not the authority's own certificate, since clients such as rustls
 * refuse one that is both an authority's and a server's.
 *
 * @param hosts the names and addresses of the server
 * @param lifetimeMs how long it is valid, in ms, starting a day ago for clients whose clocks are behind. It does not
 * outlive the authority. Defaults to 397 days, the longest time that all common clients accept.
 */
export async function issueCertificate(
  authority: Authority,
  hosts: readonly string[],
  lifetimeMs: number = 397 * DAY_MS,
): Promise<IssuedCertificate> {
  const issuer = new X509Certificate(authority.ca);
  const pkcs8 = createPrivateKey(authority.key).export({ format: 'der', type: 'pkcs8' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, signing, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(signing, true, ['sign', 'verify']);
  const notBefore = Date.now() - DAY_MS;
  const certificate = await X509CertificateGenerator.create(
    {
      notBefore: new Date(notBefore),
      notAfter: new Date(Math.min(notBefore + lifetimeMs, issuer.notAfter.getTime())),
      subject: 'CN=zerobus-local',
      issuer: issuer.subject,
      signingAlgorithm: signing,
      publicKey: keys.publicKey,
      signingKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          hosts.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host })),
        ),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: `${certificate.toString('pem')}\n`, key: `${PemConverter.encode(key, 'PRIVATE KEY')}\n` };
}
