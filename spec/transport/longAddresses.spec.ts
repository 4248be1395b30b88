import { parseTypeText, UnsupportedType } from '../../lib/catalog/parseTypeText.ts';
import { parseAddress } from '../../lib/transport/parseAddress.ts';
import { proxyFor } from '../../lib/transport/proxyFor.ts';

// Each of these took minutes or years, so the spec only has to end.
describe('A text that is long or has many patterns', () => {
  it('is parsed as an address in time that grows with its length', () => {
    const slashes = '/'.repeat(1_000_000);
    expect(parseAddress('workspaceUrl', `https://host${slashes}`).url).toBe('https://host');
    expect(parseAddress('workspaceUrl', `https://host${slashes}x`).path).toHaveSize(1_000_001);
  });

  it('is matched as a list of servers without a proxy in time that grows with its length', () => {
    const host = `${'a'.repeat(60)}.example`;
    const proxy = (no_proxy: string): unknown => proxyFor(host, { http_proxy: 'http://proxy', no_proxy });
    expect(proxy(`${'*a'.repeat(30)}b`)).toBeDefined();
    expect(proxy(`${'*a'.repeat(30)}*.example`)).toBeUndefined();
    expect(proxy(`*.${'*a'.repeat(30)}*b`)).toBeDefined();
  });

  it('is refused as a type if a quote is not closed, in time that grows with its length', () => {
    for (const text of ["\\'".repeat(300_000), '``'.repeat(300_000)]) {
      for (const quote of ["'", '`']) {
        expect(() => parseTypeText(`struct<a:int comment ${quote}${text}`)).toThrowError(UnsupportedType);
      }
    }
    const comment = 'x'.repeat(30_000_000);
    expect(parseTypeText(`struct<a:int comment '${comment}'>`).kind).toBe('struct');
  });
});
