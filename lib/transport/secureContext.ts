import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { CheckedTlsOptions } from './tlsOptions.ts';

/** How many of the contexts made last are kept: streams of one application seldom differ in their certificates. */
const MAX_KEPT = 16;
const kept = new Map<string, tls.SecureContext>();

/** `tls.getCACertificates` is there from Node.js 22.15 on. */
type GetCaCertificates = (type: 'default' | 'system') => readonly string[];

/**
 * What TLS connections are made with: at least TLS 1.2, the authorities that Node.js trusts, those of the system where
 * Node.js can list them (from 22.15 on), and `ca`. The same options make the same context: reading hundreds of
 * certificates takes some 10 ms, which not every stream should cost.
 *
 * @throws ZerobusError `INVALID_OPTIONS` where key and certificate don't belong together, or the passphrase is wrong
 */
export function secureContext(options: CheckedTlsOptions = {}): tls.SecureContext {
  const { ca, cert, key, passphrase } = options;
  const name = createHash('sha256')
    .update(JSON.stringify([ca, cert, key?.reveal(), passphrase?.reveal()]))
    .digest('base64');
  const context = kept.get(name) ?? makeContext(options);
  // The one used last goes to the end, so that the first is the one to drop.
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
    throw new ZerobusError('INVALID_OPTIONS', `tls.cert and tls.key cannot be used: ${reason(error)}.`);
  }
}

/** The authorities to name; `undefined` where Node.js' own default says it all, which saves reading them one by one. */
function trustedRoots(isExtended: boolean): readonly string[] | undefined {
  const { getCACertificates } = tls as { readonly getCACertificates?: GetCaCertificates };
  if (getCACertificates !== undefined) {
    return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  }
  return isExtended ? [...tls.rootCertificates, ...extraRoots()] : undefined;
}

/** What Node.js adds to its default by `NODE_EXTRA_CA_CERTS`, and leaves away where authorities are named. */
function extraRoots(): readonly string[] {
  const path = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
  if (path === '') {
    return [];
  }
  try {
    return [readFileSync(path, 'latin1')];
  } catch {
    // Node.js has warned of it when it started.
    return [];
  }
}

/** OpenSSL's reason, e.g. `key values mismatch`; never more of its error, which is not made for users. */
function reason(error: unknown): string {
  const { reason: text, message } = error as { readonly reason?: string; readonly message: string };
  return text ?? message;
}
