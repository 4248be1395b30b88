import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { type ConnectionOptions, resolveConnection } from '../../lib/connection.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { Secret } from '../../lib/secrets/secret.ts';
import type { TlsOptions } from '../../lib/transport/tlsOptions.ts';
import {
  type CertificateAuthority,
  type IssuedCertificate,
  makeCertificateAuthority,
} from '../support/certificateAuthority.ts';
import { thrownBy } from '../support/thrownBy.ts';

const headersProvider = { getHeaders: () => ({}) };

describe('The tls option', () => {
  let authority: CertificateAuthority;
  let own: IssuedCertificate;
  let others: IssuedCertificate;

  beforeAll(async () => {
    authority = await makeCertificateAuthority();
    [own, others] = await Promise.all([authority.issue(), authority.issue()]);
  });

  const resolve = (tls: TlsOptions, options: ConnectionOptions = {}) =>
    resolveConnection({ endpoint: 'https://1234.example', headersProvider, tls, ...options }, {});

  /** The message of the error that these options cause. It must show no key. */
  function refusal(tls: unknown, options?: ConnectionOptions): string {
    const error = thrownBy(() => resolve(tls as TlsOptions, options));
    expect(error).toBeInstanceOf(ZerobusError);
    expect((error as ZerobusError).code).toBe('INVALID_OPTIONS');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/PRIVATE KEY-----\n|hush/);
    return (error as ZerobusError).message;
  }

  it('accepts strings and bytes, one or many', () => {
    const { ca } = authority;
    for (const form of [
      ca,
      Buffer.from(ca),
      new TextEncoder().encode(ca),
      [ca, Buffer.from(ca)],
      `${ca}\n${own.cert}`,
      [],
    ]) {
      expect(resolve({ ca: form }).route.secure).toBeDefined();
    }
    expect(resolve({ cert: own.cert, key: own.key }).route.secure).toBeDefined();
    expect(resolve({ cert: Buffer.from(own.cert), key: Buffer.from(own.key) }).route.secure).toBeDefined();
    expect(resolve({}).route.secure).toBeDefined();
  });

  it('shares one context between equal options, and only those', () => {
    const { ca } = authority;
    const mutual = { ca, cert: own.cert, key: own.key };
    const { secure } = resolve(mutual).route;
    expect(resolve({ ...mutual, ca: [Buffer.from(ca)] }).route.secure).toBe(secure);
    expect(resolve({ ca }).route.secure).not.toBe(secure);
    expect(resolve({ cert: others.cert, key: others.key, ca }).route.secure).not.toBe(secure);
  });

  it('accepts an encrypted key with its passphrase', () => {
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hush' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    // Opens the key, to prove that it belongs to the certificate.
    for (const passphrase of ['hush', new Secret('hush')]) {
      expect(refusal({ cert: own.cert, key: privateKey, passphrase })).toMatch(/mismatch/);
    }
    expect(refusal({ cert: own.cert, key: privateKey, passphrase: 'other' })).not.toMatch(/mismatch/);
  });

  it('shows no key when the connection is printed', () => {
    const connection = resolve({ ca: authority.ca, cert: own.cert, key: own.key });
    const printed = `${inspect(connection, { depth: 20, showHidden: true })} ${JSON.stringify(connection)}`;
    expect(printed).not.toContain('PRIVATE KEY');
    expect(printed).not.toContain(own.key.split('\n')[1] as string);
  });

  it('is refused for an endpoint without TLS, before anything is sent', () => {
    expect(refusal({ ca: authority.ca }, { endpoint: 'http://127.0.0.1:50051' })).toBe(
      'tls is given, but the endpoint http://127.0.0.1:50051 has no TLS: use https://, or omit tls.',
    );
  });

  it('reports invalid options', () => {
    expect(refusal({ cert: own.cert })).toBe('tls.cert needs tls.key, its private key.');
    expect(refusal({ key: own.key })).toBe('tls.key needs tls.cert, its certificate.');
    expect(refusal({ passphrase: 'hush' })).toBe('tls.passphrase needs tls.key, which it decrypts.');
    expect(refusal({ cert: own.cert, key: others.key })).toMatch(/tls\.cert and tls\.key cannot be used: .*mismatch/);
    expect(refusal({ ca: '/etc/ca.pem' })).toMatch(/^tls\.ca must contain certificates in PEM form .*read the file\.$/);
    expect(refusal({ ca: '' })).toMatch(/^tls\.ca must contain certificates/);
    expect(refusal({ ca: [authority.ca, 'hush'] })).toMatch(/^tls\.ca must contain certificates/);
    expect(refusal({ ca: authority.ca.replace(/\n[^\n]{20}/, '\nAAAA') })).toMatch(
      /^tls\.ca contains a certificate that cannot be read/,
    );
    expect(refusal({ ca: 1 })).toBe('tls.ca must be a string or its bytes, got number.');
    expect(refusal({ cert: own.cert, key: own.cert })).toMatch(/^tls\.key must be a private key in PEM form/);
    expect(refusal({ cert: own.cert, key: null })).toBe('tls.key must be a string or its bytes, got null.');
    expect(refusal('hush')).toMatch(/^tls must be an object/);
    expect(refusal(null)).toMatch(/^tls must be an object/);
    expect(refusal({ ca: authority.ca, rejectUnauthorized: false })).toBe(
      'tls has no option rejectUnauthorized: omit it. Its options are ca, cert, key, passphrase.',
    );
  });
});
