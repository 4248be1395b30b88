// Must come first: the decorators of @peculiar/x509 need it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** An authority of certificates, as PEM. */
export interface Authority {
  /** Its certificate, which clients must trust. */
  readonly ca: string;
  /** Its private key. */
  readonly key: string;
}

const DAY_MS = 86_400_000;

/** What our keys are for. */
export const signing = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * Makes an authority.
 *
 * @param lifetimeMs how long it is valid, in ms, starting a day ago for clients whose clocks are behind. Defaults to
 * ten years.
 */
export async function makeAuthority(lifetimeMs: number = 3650 * DAY_MS): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(signing, true, ['sign', 'verify']);
  const notBefore = Date.now() - DAY_MS;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      notBefore: new Date(notBefore),
      notAfter: new Date(notBefore + lifetimeMs),
      name: 'CN=zerobus-local CA',
      signingAlgorithm: signing,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { ca: `${certificate.toString('pem')}\n`, key: `${PemConverter.encode(key, 'PRIVATE KEY')}\n` };
}
