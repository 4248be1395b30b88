import { inspect } from 'node:util';
import fc from 'fast-check';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { HttpProxy } from '../../lib/transport/httpProxy.ts';
import { proxyFor } from '../../lib/transport/proxyFor.ts';
import { thrownBy } from '../support/thrownBy.ts';

const proxyVariables = ['grpc_proxy', 'GRPC_PROXY', 'https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
const bypassVariables = ['no_grpc_proxy', 'NO_GRPC_PROXY', 'no_proxy', 'NO_PROXY'];
const HOST = '1234.zerobus.us-west-2.cloud.databricks.com';
const HTTP_PROXY = 'http://proxy.example:3128';

describe('proxyFor', () => {
  it('finds no proxy if the environment names none', () => {
    expect(proxyFor(HOST, {})).toBeUndefined();
    expect(proxyFor(HOST, { http_proxy: '', HTTPS_PROXY: ' ', no_proxy: '*' })).toBeUndefined();
  });

  it('takes the first variable that is not empty', () => {
    const values = fc.constantFrom(undefined, '', ' ', 'proxy');
    fc.assert(
      fc.property(fc.array(values, { minLength: 6, maxLength: 6 }), (set) => {
        const env = Object.fromEntries(
          proxyVariables.map((name, index) => [name, set[index] === 'proxy' ? `http://${index}.example` : set[index]]),
        );
        const first = set.indexOf('proxy');
        expect(proxyFor(HOST, env)?.host).toBe(first === -1 ? undefined : `${first}.example`);
        expect(proxyFor(HOST, env)?.variable).toBe(proxyVariables[first] as string);
      }),
    );
  });

  it('takes the first bypass list that is not empty', () => {
    const values = fc.constantFrom(undefined, '', ' ', 'other.example', HOST);
    fc.assert(
      fc.property(fc.array(values, { minLength: 4, maxLength: 4 }), (set) => {
        const env = Object.fromEntries(bypassVariables.map((name, index) => [name, set[index]]));
        const isBypassed = set.find((list) => list !== undefined && list.trim() !== '') === HOST;
        expect(proxyFor(HOST, { ...env, http_proxy: HTTP_PROXY }) === undefined).toBe(isBypassed);
      }),
    );
  });

  for (const [list, hostname, isBypassed] of [
    ['*', HOST, true],
    ['other.example, *', HOST, true],
    [HOST, HOST, true],
    [HOST.toUpperCase(), HOST, true],
    [HOST, HOST.toUpperCase(), true],
    ['databricks.com', HOST, true],
    ['.databricks.com', HOST, true],
    ['*.databricks.com', HOST, true],
    ['databricks.com', 'databricks.com', true],
    ['.databricks.com', 'databricks.com', true],
    ['databricks.com.', 'databricks.com', true],
    ['databricks.com', 'databricks.com.', true],
    ['bricks.com', HOST, false],
    ['com.databricks', HOST, false],
    [`sub.${HOST}`, HOST, false],
    [' other.example ,\tdatabricks.com ', HOST, true],
    [',,', HOST, false],
    ['.', HOST, false],
    ['127.0.0.1', '127.0.0.1', true],
    ['0.0.1', '127.0.0.1', true],
    ['27.0.0.1', '127.0.0.1', false],
    ['::1', '[::1]', true],
    ['[::1]', '[::1]', true],
    ['localhost', '127.0.0.1', false],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/8', HOST, false],
    ['10.0.0.0/8', '10.example', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['192.168.1.7/32', '192.168.1.7', true],
    ['192.168.1.7/32', '192.168.1.8', false],
    ['172.16.0.0/12', '172.31.255.255', true],
    ['172.16.0.0/12', '172.32.0.0', false],
    ['10.0.0.0/8', '[::ffff:10.1.2.3]', true],
    ['::1/128', '[::1]', true],
    ['::1/128', '[::2]', false],
    ['fd00::/8', '[fd12:3456::1]', true],
    ['[fd00::]/8', '[fd12:3456::1]', true],
    ['fd00::/8', '10.0.0.1', false],
    ['10.0.0.0/33', '10.0.0.0', false],
    ['10.0.0.0/', '10.0.0.0', false],
    ['10.0.0.0/-1', '10.0.0.0', false],
    ['10.0.0.0/8x', '10.0.0.0', false],
    ['databricks.com/8', HOST, false],
    ['0:0:0:0:0:0:0:1', '[::1]', true],
    ['FD00::A', '[fd00::a]', true],
    ['other.example databricks.com', HOST, true],
    ['other.example  127.0.0.1\n10.0.0.0/8', '10.0.0.1', true],
    [`${HOST}:443`, HOST, true],
    [`${HOST}:8443`, HOST, false],
    ['databricks.com:443', HOST, true],
    ['.databricks.com:443', HOST, true],
    ['*.databricks.com:443', HOST, true],
    ['*.databricks.com:80', HOST, false],
    ['*:443', HOST, true],
    ['*:80', HOST, false],
    ['127.0.0.1:443', '127.0.0.1', true],
    ['127.0.0.1:80', '127.0.0.1', false],
    ['[::1]:443', '[::1]', true],
    ['[::1]:80', '[::1]', false],
    ['https://databricks.com', HOST, true],
    ['https://databricks.com:443', HOST, true],
    ['*.zerobus.*.databricks.com', HOST, true],
    ['*.zerobus.eu-*.databricks.com', HOST, false],
    ['1234.*', HOST, true],
    ['10.*', '10.1.2.3', true],
    ['10.*', '110.1.2.3', false],
    ['10.*', '1.10.2.3', false],
    ['*.', HOST, false],
    [':443', HOST, false],
    ['*bricks.com', HOST, true],
    ['*bricks.com', 'bricks.com', true],
    ['a+b(.example', HOST, false],
  ] as const) {
    it(`${isBypassed ? 'bypasses' : 'uses'} the proxy for ${hostname} if no_proxy is ${JSON.stringify(list)}`, () => {
      expect(proxyFor(hostname, { http_proxy: HTTP_PROXY, no_proxy: list }, 443) === undefined).toBe(isBypassed);
    });
  }

  it('names the variable whose list counts', () => {
    const env = { http_proxy: HTTP_PROXY };
    expect(proxyFor(HOST, env)?.bypassVariable).toBe('no_proxy');
    expect(proxyFor(HOST, { ...env, NO_GRPC_PROXY: 'x', no_proxy: 'y' })?.bypassVariable).toBe('NO_GRPC_PROXY');
  });

  it('ignores an entry with a port if the port of the server is not known', () => {
    expect(proxyFor(HOST, { http_proxy: HTTP_PROXY, no_proxy: `${HOST}:443` })).toBeDefined();
  });

  it('uses the proxy for this machine too, unless it is listed', () => {
    expect(proxyFor('127.0.0.1', { http_proxy: HTTP_PROXY })?.host).toBe('proxy.example');
    expect(proxyFor('localhost', { http_proxy: HTTP_PROXY })?.host).toBe('proxy.example');
  });

  it('matches the end of a name at a dot only', () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const name = fc.array(label, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(name, name, fc.constantFrom('', '.', '*.'), (hostLabels, domainLabels, prefix) => {
        const isUnder = domainLabels.join() === hostLabels.slice(-domainLabels.length).join();
        const env = { http_proxy: HTTP_PROXY, no_proxy: `${prefix}${domainLabels.join('.')}` };
        expect(proxyFor(hostLabels.join('.'), env) === undefined).toBe(isUnder);
        expect(proxyFor([...hostLabels, ...domainLabels].join('.'), env)).toBeUndefined();
        expect(proxyFor(`x${[...hostLabels, ...domainLabels].join('')}`, env)).toBeDefined();
      }),
    );
  });

  for (const [text, expected] of [
    [
      'http://proxy.example:3128',
      { url: 'http://proxy.example:3128', host: 'proxy.example', port: 3128, isTls: false },
    ],
    ['proxy.example:3128', { url: 'http://proxy.example:3128', host: 'proxy.example', port: 3128, isTls: false }],
    [' http://proxy.example ', { url: 'http://proxy.example:80', host: 'proxy.example', port: 80, isTls: false }],
    ['https://proxy.example', { url: 'https://proxy.example:443', host: 'proxy.example', port: 443, isTls: true }],
    ['HTTPS://Proxy.Example:8443/x?y', { url: 'https://proxy.example:8443', port: 8443, isTls: true }],
    ['http://[::1]:3128', { url: 'http://[::1]:3128', host: '::1', port: 3128, isTls: false }],
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const proxy = proxyFor(HOST, { https_proxy: text });
      expect(proxy).toEqual(jasmine.objectContaining<HttpProxy>(expected));
      expect(proxy?.authorization).toBeUndefined();
    });
  }

  it('removes user and password from the URL, and never shows them', () => {
    const proxy = proxyFor(HOST, { https_proxy: 'http://us%40er:hu%3Ash%2F@proxy.example' });
    expect(proxy?.authorization?.reveal()).toBe(`Basic ${Buffer.from('us@er:hu:sh/').toString('base64')}`);
    const printed = `${inspect(proxy, { depth: 9, showHidden: true })} ${JSON.stringify(proxy)}`;
    expect(printed).not.toMatch(/hu|us@er|us%40er|dXNAZX/);
    const withoutPassword = proxyFor(HOST, { https_proxy: 'token@proxy.example' });
    expect(withoutPassword?.authorization?.reveal()).toBe(`Basic ${Buffer.from('token:').toString('base64')}`);
  });

  for (const text of [
    'http://hush:hush@',
    'socks5://hush:hush@proxy.example',
    'http://hush:hush@proxy.example:0',
    'http://hush:hush@proxy.example:99999',
    'http://hush:hu%zzsh@proxy.example',
    'http://hush hush@proxy .example',
  ]) {
    it(`refuses ${JSON.stringify(text)}, without showing it`, () => {
      const error = thrownBy(() => proxyFor(HOST, { HTTPS_PROXY: text })) as ZerobusError;
      expect(error).toBeInstanceOf(ZerobusError);
      expect(error.code).toBe('INVALID_OPTIONS');
      expect(error.message).toContain('HTTPS_PROXY');
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/hu(sh|%)/);
      expect(proxyFor(HOST, { HTTPS_PROXY: text, no_proxy: HOST })).toBeUndefined();
    });
  }
});
