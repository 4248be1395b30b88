import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { ExtendedKeyUsage, ExtendedKeyUsageExtension, PemConverter, X509CertificateGenerator } from '@peculiar/x509';
import { issueCertificate } from '../../lib/tls/issueCertificate.ts';
import { type Authority, makeAuthority, signing } from '../../lib/tls/makeAuthority.ts';

/** A server's certificate and its authority, as PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes an authority, and a certificate that it signs, with the same lifetime. */
export async function makeCertificates(hosts: readonly string[], lifetimeMs?: number): Promise<Certificates> {
  const authority = await makeAuthority(lifetimeMs);
  return { ca: authority.ca, ...(await issueCertificate(authority, hosts, lifetimeMs)) };
}

/** Makes a certificate for a client, as PEM. */
export async function makeClientCertificate({
  key,
}: Authority): Promise<{ readonly cert: string; readonly key: string }> {
  const pkcs8 = createPrivateKey(key).export({ format: 'der', type: 'pkcs8' });
  const keys = await webcrypto.subtle.generateKey(signing, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create(
    {
      subject: 'CN=client',
      issuer: 'CN=zerobus-local CA',
      signingAlgorithm: signing,
      publicKey: keys.publicKey,
      signingKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, signing, false, ['sign']),
      extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
    },
    webcrypto,
  );
  const own = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: PemConverter.encode(own, 'PRIVATE KEY') };
}
