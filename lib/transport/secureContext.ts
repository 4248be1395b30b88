import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { CheckedTlsOptions } from './tlsOptions.ts';

/** The number of recent contexts that are kept. Streams of one application rarely use different certificates. */
const MAX_KEPT = 16;
const kept = new Map<string, tls.SecureContext>();

/** `tls.getCACertificates` exists since Node.js 22.15. */
type GetCaCertificates = (type: 'default' | 'system') => readonly string[];

/**
 * Creates the context of TLS connections: at least TLS 1.2, with the authorities that Node.js trusts, those of the
 * system if Node.js can list them (since 22.15), and `ca`. Equal options share a context: reading hundreds of
 * certificates takes about 10 ms, which not every stream should pay.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if key and certificate do not belong together, or the passphrase is
 * wrong
 */
export function secureContext(options: CheckedTlsOptions = {}): tls.SecureContext {
  const { ca, cert, key, passphrase } = options;
  const name = createHash('sha256')
    .update(JSON.stringify([ca, cert, key?.reveal(), passphrase?.reveal()]))
    .digest('base64');
  const context = kept.get(name) ?? makeContext(options);
  // Moves this context to the end, so that the first one is the least recently used.
  kept.delete(name);
  kept.set(name, context);
  for (const [oldest] of kept) {
    if (kept.size <= MAX_KEPT) {
      break;
    }
    kept.delete(oldest);
  }
  return context;
}

function makeContext(options: CheckedTlsOptions): tls.SecureContext {
  const { ca = [], cert, key, passphrase } = options;
  const roots = trustedRoots(ca.length > 0);
  try {
    return tls.createSecureContext({
      minVersion: 'TLSv1.2',
      ...(roots === undefined ? {} : { ca: [...roots, ...ca] }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key: key.reveal() }),
      ...(passphrase === undefined ? {} : { passphrase: passphrase.reveal() }),
    });
  } catch (error) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      `tls.cert and tls.key cannot be used: ${reason(error)}. Pass a certificate and its own private key.`,
    );
  }
}

/**
 * The authorities to pass, or `undefined` if the default of Node.js is enough. The default saves reading them one by
 * one.
 */
function trustedRoots(isExtended: boolean): readonly string[] | undefined {
  const { getCACertificates } = tls as { readonly getCACertificates?: GetCaCertificates };
  if (getCACertificates !== undefined) {
    return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  }
  return isExtended ? [...tls.rootCertificates, ...extraRoots()] : undefined;
}

/** The certificates of `NODE_EXTRA_CA_CERTS`. Node.js adds them to its default, but not to a list of authorities. */
function extraRoots(): readonly string[] {
  const path = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
  if (path === '') {
    return [];
  }
  try {
    return [readFileSync(path, 'latin1')];
  } catch {
    // Node.js has printed a warning about it at startup.
    return [];
  }
}

/** OpenSSL's reason, e.g. `key values mismatch`. The rest of its error is not meant for users. */
function reason(error: unknown): string {
  const { reason: text, message } = error as { readonly reason?: string; readonly message: string };
  return text ?? message;
}
