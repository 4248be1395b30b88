import { issueCertificate } from '../../lib/tls/issueCertificate.ts';
import { makeAuthority } from '../../lib/tls/makeAuthority.ts';

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
