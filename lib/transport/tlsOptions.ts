import { X509Certificate } from 'node:crypto';
import { types } from 'node:util';
import { checkNames, type NamesOf } from '../errors/checkNames.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { Secret } from '../secrets/secret.ts';

/** TLS trust and client certificate. Everything is PEM text, not the path of a file. */
export interface TlsOptions {
  /**
   * Certificates of authorities to trust in addition to those of Node.js, in one text or several. Needed if the
   * certificate of a service or a proxy is from your own authority. Defaults to none.
   */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /**
   * The client certificate, followed by its intermediate certificates, for mutual TLS. Requires `key`. Defaults to
   * none.
   */
  readonly cert?: string | Uint8Array | undefined;
  /** The private key of `cert`. With a {@link Secret}, the options can be printed safely. Defaults to none. */
  readonly key?: string | Uint8Array | Secret | undefined;
  /** The passphrase of an encrypted `key`. Defaults to none. */
  readonly passphrase?: string | Secret | undefined;
}

/** {@link TlsOptions} after the checks. Printing them shows no key. They can be passed as options again. */
export interface CheckedTlsOptions extends TlsOptions {
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: Secret;
  readonly passphrase?: Secret;
}

const optionNames: NamesOf<TlsOptions> = { ca: true, cert: true, key: true, passphrase: true };
const certificatePattern =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const privateKeyPattern = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;

/**
 * Checks the form of TLS options. Whether key and certificate belong together is only known when they are loaded; see
 * `secureContext`.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if an option is invalid; the error never shows a key
 */
export function checkTlsOptions(tls: TlsOptions): CheckedTlsOptions {
  if (typeof tls !== 'object' || tls === null) {
    throw invalid('tls must be an object { ca, cert, key, passphrase }');
  }
  checkNames('tls', tls, optionNames);
  const { ca, cert, key, passphrase } = tls;
  if (cert !== undefined && key === undefined) {
    throw invalid('tls.cert needs tls.key, its private key');
  }
  if (key !== undefined && cert === undefined) {
    throw invalid('tls.key needs tls.cert, its certificate');
  }
  if (passphrase !== undefined && key === undefined) {
    throw invalid('tls.passphrase needs tls.key, which it decrypts');
  }
  return {
    ...(ca === undefined ? {} : { ca: (isList(ca) ? ca : [ca]).flatMap((part) => certificates('tls.ca', part)) }),
    ...(cert === undefined ? {} : { cert: certificates('tls.cert', cert).join('\n') }),
    ...(key === undefined ? {} : { key: privateKey(key) }),
    ...(passphrase === undefined ? {} : { passphrase: toSecret('tls.passphrase', passphrase) }),
  };
}

function isList(ca: NonNullable<TlsOptions['ca']>): ca is readonly (string | Uint8Array)[] {
  return Array.isArray(ca);
}

/** Splits a PEM text into its certificates and checks that each can be read. */
function certificates(name: string, value: string | Uint8Array): readonly string[] {
  const blocks = toText(name, value).match(certificatePattern) ?? [];
  if (blocks.length === 0) {
    throw invalid(
      `${name} must contain certificates in PEM form (-----BEGIN CERTIFICATE-----); if it is a path, read the file`,
    );
  }
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch {
      throw invalid(`${name} contains a certificate that cannot be read`);
    }
  }
  return blocks;
}

function privateKey(value: string | Uint8Array | Secret): Secret {
  const secret = value instanceof Secret ? value : new Secret(toText('tls.key', value));
  if (privateKeyPattern.test(secret.reveal())) {
    return secret;
  }
  throw invalid(
    'tls.key must be a private key in PEM form (-----BEGIN PRIVATE KEY-----); if it is a path, read the file',
  );
}

function toSecret(name: string, value: string | Secret): Secret {
  return value instanceof Secret ? value : new Secret(toText(name, value));
}

function toText(name: string, value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  if (types.isUint8Array(value)) {
    return Buffer.from(value).toString('latin1');
  }
  throw invalid(`${name} must be a string or its bytes, got ${value === null ? 'null' : typeof value}`);
}

function invalid(message: string): ZerobusError {
  return new ZerobusError('INVALID_OPTIONS', `${message}.`);
}
