// The library's decorators need it before they are evaluated.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its private key, as PEM. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
}

/** The content of a certificate. */
export interface CertificateRequest {
  /** The names and addresses that the certificate is for. Defaults to 127.0.0.1 and localhost. */
  readonly hosts?: readonly string[];
  /** The last moment the certificate is valid. Defaults to an hour from now. */
  readonly notAfter?: Date;
}

/** An authority that issues any certificate for servers and clients. */
export interface CertificateAuthority {
  /** The authority's own certificate, as PEM. */
  readonly ca: string;
  issue(request?: CertificateRequest): Promise<IssuedCertificate>;
}

const HOUR_MS = 3_600_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Creates an authority. */
export async function makeCertificateAuthority(): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const notBefore = new Date(Date.now() - 48 * HOUR_MS);
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Spec CA',
      notBefore,
      notAfter: new Date(Date.now() + HOUR_MS),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      ],
    },
    webcrypto,
  );
  return {
    ca: authority.toString('pem'),
    issue: async ({ hosts = ['127.0.0.1', 'localhost'], notAfter = new Date(Date.now() + HOUR_MS) } = {}) => {
      const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const certificate = await X509CertificateGenerator.create(
        {
          subject: 'CN=Spec',
          issuer: authority.subject,
          notBefore,
          notAfter,
          signingAlgorithm: algorithm,
          publicKey: own.publicKey,
          signingKey: keys.privateKey,
          extensions: [
            new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
            new SubjectAlternativeNameExtension(
              hosts.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host })),
            ),
          ],
        },
        webcrypto,
      );
      const key = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
      return { cert: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
    },
  };
}
