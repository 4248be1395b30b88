import { inspect } from 'node:util';
import { cleanCause } from '../../lib/secrets/cleanCause.ts';
import { redact, secretForms } from '../../lib/secrets/redact.ts';

describe('redact', () => {
  it('removes secrets in every form, and the token after an authentication scheme', () => {
    const secret = 'p&"ss/ wörd';
    for (const form of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret),
      new URLSearchParams({ client_secret: secret }).toString(),
      Buffer.from(`id:${secret}`).toString('base64'),
    ]) {
      const clean = redact(`<${form}>`, secretForms('id', secret));
      expect(clean).toContain('[secret]');
      expect(clean).not.toMatch(/ss|rd/);
    }
    expect(redact('authorization: bearer eyJ.a-b_c.d; next')).toBe('authorization: bearer [secret]; next');
    expect(redact('BASIC abc+/=')).toBe('BASIC [secret]');
  });

  it('leaves other texts as they are', () => {
    expect(redact('invalid_client: no such principal', ['', 'hush'])).toBe('invalid_client: no such principal');
  });

  it('bounds the length and keeps to one line', () => {
    expect(redact(` a\u0000\r\n\u2028b\u001b[31m`)).toBe('a b [31m');
    expect(redact('x'.repeat(1_000)).length).toBe(301);
  });
});

describe('cleanCause', () => {
  it('follows the chain of causes, but not endlessly', () => {
    const circle: Error = new Error('circle');
    circle.cause = circle;
    let depth = 0;
    for (let cause: unknown = cleanCause(circle); cause instanceof Error; cause = cause.cause) {
      depth++;
    }
    expect(depth).toBe(4);
  });

  it('shows the code if there is no message, as when every address refused', () => {
    const error = Object.assign(new AggregateError([new Error('one')], ''), { code: 'ECONNREFUSED' });
    expect(cleanCause(error).message).toBe('ECONNREFUSED');
  });

  it('omits unknown properties', () => {
    const error = Object.assign(new Error('boom'), { request: { headers: 'hush' }, toJSON: () => 'hush' });
    const printed = inspect(cleanCause(error), { depth: 20, showHidden: true });
    expect(printed).toContain('boom');
    expect(printed).not.toContain('hush');
    expect(JSON.stringify(cleanCause(error))).toBe('{}');
  });

  it('removes secrets from message, name, code and stack', () => {
    const error = Object.assign(new Error('no hush'), { name: 'hushError', code: 'E_hush' });
    error.stack = 'hushError: no hush\n    at hush (file.js:1:1)';
    const clean = cleanCause(error, ['hush']);
    expect(clean.stack).toBe('[secret]Error: no [secret]\n    at [secret] (file.js:1:1)');
    expect(inspect(clean, { showHidden: true })).not.toContain('hush');
  });
});
