import fc from 'fast-check';
import { redact, SECRET_PLACEHOLDER, secretForms } from '../../lib/secrets/redact.ts';

describe('The redaction of secrets', () => {
  for (const [secret, text, expected] of [
    ['b', 'zerobus-local refused b: "b", (b), b.', 'zerobus-local refused [secret]: "[secret]", ([secret]), [secret].'],
    ['local', 'zerobus-local, local1, locale, lokál and local', 'zerobus-local, local1, locale, lokál and [secret]'],
    ['hush', 'hushError E_hush, hushed, shush', '[secret]Error E_[secret], hushed, shush'],
    ['Hush', 'notHush, HUSH, Hushed', 'not[secret], HUSH, Hushed'],
    ['é', 'café, é and élan', 'café, [secret] and élan'],
    ['a.b', 'a.b, a+b and a.bc', '[secret], a+b and a.bc'],
    ['+/', 'x +/ y, x+/y', 'x [secret] y, x+/y'],
    ['$&$1', 'the secret $&$1', 'the secret [secret]'],
    ['', 'nothing', 'nothing'],
  ] as const) {
    it(`cuts the short secret ${JSON.stringify(secret)} only as a word: ${text}`, () => {
      expect(redact(text, [secret])).toBe(expected);
    });
  }

  it('cuts a secret of eight characters or more out of any text', () => {
    const text = fc.stringMatching(/^[a-z0-9 _-]{0,20}$/);
    const secret = fc.stringMatching(/^[A-Z+/=&]{8,60}$/);
    fc.assert(
      fc.property(text, secret, text, (before, hidden, after) => {
        expect(redact(`${before}${hidden}${after}`, [hidden])).toBe(`${before}${SECRET_PLACEHOLDER}${after}`.trim());
      }),
    );
  });

  it('cuts every form of client credentials', () => {
    const secret = fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(secret, (hidden) => {
        const forms = secretForms('client', hidden);
        for (const form of forms) {
          expect(redact(`<${form}>`, forms)).toBe(`<${SECRET_PLACEHOLDER}>`);
        }
      }),
    );
  });

  it('cuts the form of a short secret that a URL or a header carries', () => {
    const forms = secretForms('client', 'a b');
    expect(redact('?secret=a+b&x=1', forms)).toBe('?secret=[secret]&x=1');
    expect(redact(`client ${Buffer.from('client:a b').toString('base64')}`, forms)).toBe('client [secret]');
  });
});
