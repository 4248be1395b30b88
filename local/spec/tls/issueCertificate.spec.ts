import { createPrivateKey, X509Certificate } from 'node:crypto';
import { makeCertificates } from '../support/certificates.ts';

describe('makeAuthority and issueCertificate', () => {
  it('make an authority and a separate server certificate', async () => {
    const { ca, cert, key } = await makeCertificates(['localhost', '127.0.0.1', '::1', 'host.example']);
    const authority = new X509Certificate(ca);
    const server = new X509Certificate(cert);
    expect(authority.ca).toBeTrue();
    expect(authority.verify(authority.publicKey)).toBeTrue();
    expect(server.ca).toBeFalse();
    expect(server.checkIssued(authority)).toBeTrue();
    expect(server.verify(authority.publicKey)).toBeTrue();
    expect(server.checkPrivateKey(createPrivateKey(key))).toBeTrue();
    expect(server.checkHost('host.example')).toBe('host.example');
    expect(server.checkIP('::1')).toBe('::1');
    expect(server.checkHost('other.example')).toBeUndefined();
    // The purpose "TLS server".
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('make them valid from a day ago, for the given time', async () => {
    const dayMs = 86_400_000;
    const now = Date.now();
    // A certificate that is made in the next second is cut to the end of its authority.
    spyOn(Date, 'now').and.returnValue(now);
    const { ca, cert } = await makeCertificates(['localhost'], 10 * dayMs);
    for (const { validFrom, validTo } of [new X509Certificate(ca), new X509Certificate(cert)]) {
      expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(10 * dayMs);
      // Certificates have a resolution of one second.
      expect(Date.parse(validFrom)).toBeGreaterThan(now - dayMs - 1000);
      expect(Date.parse(validFrom)).toBeLessThanOrEqual(now - dayMs);
    }
  });

  it('make new ones each time', async () => {
    const [first, second] = await Promise.all([makeCertificates(['localhost']), makeCertificates(['localhost'])]);
    expect(first.key).not.toBe(second.key);
    expect(new X509Certificate(first.cert).serialNumber).not.toBe(new X509Certificate(second.cert).serialNumber);
  });
});
