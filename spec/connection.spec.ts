import { inspect } from 'node:util';
import { type ConnectionOptions, resolveConnection, resolveEndpoint } from '../lib/connection.ts';
import { ZerobusError } from '../lib/errors/zerobusError.ts';
import { Secret } from '../lib/secrets/secret.ts';
import { VERSION } from '../lib/version.ts';
import { thrownBy } from './support/thrownBy.ts';

describe('resolveConnection', () => {
  const given = {
    endpoint: 'https://1234.zerobus.us-west-2.cloud.databricks.com',
    workspaceUrl: 'https://dbc-1.cloud.databricks.com',
    clientId: 'id',
    clientSecret: 'hush',
  } satisfies ConnectionOptions;
  const headersProvider = { getHeaders: () => ({ authorization: 'Bearer hush' }) };

  /** Returns the code and message of the error for these options. */
  function refusal(options: ConnectionOptions, env: Record<string, string> = {}): [string, string] {
    const error = thrownBy(() => resolveConnection(options, env));
    expect(error).toBeInstanceOf(ZerobusError);
    const { code, message } = error as ZerobusError;
    return [code, message];
  }

  it('reads the workspace id from the endpoint', () => {
    const { auth, route, ...connection } = resolveConnection(given, {});
    expect(connection).toEqual({
      endpoint: 'https://1234.zerobus.us-west-2.cloud.databricks.com',
      workspaceId: '1234',
      userAgent: `rxjs-zerobus/${VERSION}`,
    });
    expect(route).toEqual(
      jasmine.objectContaining({ host: '1234.zerobus.us-west-2.cloud.databricks.com', port: 443, proxy: undefined }),
    );
    expect(auth).toEqual(
      jasmine.objectContaining({ kind: 'oauth', workspaceUrl: 'https://dbc-1.cloud.databricks.com', clientId: 'id' }),
    );
    expect(auth.kind === 'oauth' && auth.clientSecret.reveal()).toBe('hush');
  });

  it('reads omitted options from the environment', () => {
    const env = {
      ZEROBUS_ENDPOINT: '1234.zerobus.eu-west-1.cloud.databricks.com/',
      DATABRICKS_HOST: 'dbc-2.cloud.databricks.com///',
      DATABRICKS_CLIENT_ID: 'env-id',
      DATABRICKS_CLIENT_SECRET: 'env-hush',
    };
    const { endpoint, auth } = resolveConnection({}, env);
    expect(endpoint).toBe('https://1234.zerobus.eu-west-1.cloud.databricks.com');
    expect(auth).toEqual(
      jasmine.objectContaining({ workspaceUrl: 'https://dbc-2.cloud.databricks.com', clientId: 'env-id' }),
    );
    expect(auth.kind === 'oauth' && auth.clientSecret.reveal()).toBe('env-hush');
  });

  it('prefers options to the environment', () => {
    const env = { ZEROBUS_ENDPOINT: 'other.example', DATABRICKS_HOST: 'other.example', DATABRICKS_CLIENT_ID: 'other' };
    expect(resolveConnection(given, env)).toEqual(resolveConnection(given, {}));
  });

  it('reads the environment of the process by default', () => {
    const before = process.env['ZEROBUS_ENDPOINT'];
    process.env['ZEROBUS_ENDPOINT'] = 'http://127.0.0.1:5001';
    try {
      expect(resolveConnection({ headersProvider }).endpoint).toBe('http://127.0.0.1:5001');
    } finally {
      if (before === undefined) {
        delete process.env['ZEROBUS_ENDPOINT'];
      } else {
        process.env['ZEROBUS_ENDPOINT'] = before;
      }
    }
  });

  const addresses: readonly [string, string, string, number, boolean, string][] = [
    ['http://127.0.0.1:50051/', 'http://127.0.0.1:50051', '127.0.0.1', 50_051, false, '127'],
    ['localhost:50051', 'https://localhost:50051', 'localhost', 50_051, true, 'localhost'],
    ['http://zerobus', 'http://zerobus', 'zerobus', 80, false, 'zerobus'],
    [' HTTPS://1234.Zerobus.Example:443\n', 'https://1234.zerobus.example', '1234.zerobus.example', 443, true, '1234'],
    ['http://[::1]:50051', 'http://[::1]:50051', '::1', 50_051, false, '::1'],
    ['[::1]:50051', 'https://[::1]:50051', '::1', 50_051, true, '::1'],
    ['::1', 'https://[::1]', '::1', 443, true, '::1'],
    ['http://2001:DB8::1', 'http://[2001:db8::1]', '2001:db8::1', 80, false, '2001:db8::1'],
    ['http://::1/', 'http://[::1]', '::1', 80, false, '::1'],
    [
      'https://1234.zerobus.example//?o=1234#x',
      'https://1234.zerobus.example',
      '1234.zerobus.example',
      443,
      true,
      '1234',
    ],
    ['1234.zerobus.example?o=1234', 'https://1234.zerobus.example', '1234.zerobus.example', 443, true, '1234'],
  ];
  for (const [given, endpoint, host, port, isSecure, workspaceId] of addresses) {
    it(`normalizes the endpoint ${JSON.stringify(given)}`, () => {
      const { route, ...connection } = resolveConnection({ endpoint: given, headersProvider }, {});
      expect(connection).toEqual(jasmine.objectContaining({ endpoint, workspaceId }));
      expect(route).toEqual(jasmine.objectContaining({ url: endpoint, host, port, proxy: undefined }));
      expect(route.secure !== undefined).toBe(isSecure);
    });
  }

  const malformed: readonly [string, string][] = [
    ['https://', 'Invalid endpoint "https://": it is not a URL such as https://host or http://host:port.'],
    ['grpc://host', 'Invalid endpoint "grpc://host": its scheme must be https:// or http:// (no TLS).'],
    [
      'https://host:99999',
      'Invalid endpoint "https://host:99999": it is not a URL such as https://host or http://host:port.',
    ],
    ['https://host:0', 'Invalid endpoint "https://host:0": its port must not be 0.'],
    [
      'https://my host',
      'Invalid endpoint "https://my host": it is not a URL such as https://host or http://host:port.',
    ],
    ['https://ho\nst', 'Invalid endpoint "https://ho\\nst": it is not a URL such as https://host or http://host:port.'],
    [
      'https://.zerobus.example',
      'Invalid endpoint "https://.zerobus.example": its host must be a host name or an IP address.',
    ],
    ["https://a'b.example", 'Invalid endpoint "https://a\'b.example": its host must be a host name or an IP address.'],
    ['https://host/path', 'Invalid endpoint https://host/path: an endpoint is a host, so omit the path.'],
    ['https://me:hush@host', 'Invalid endpoint "host": it must not contain a user name or password.'],
    ['me:hush@host:99999', 'Invalid endpoint "host:99999": it is not a URL such as https://host or http://host:port.'],
  ];
  for (const [endpoint, message] of malformed) {
    it(`refuses the endpoint ${JSON.stringify(endpoint)}`, () => {
      expect(refusal({ ...given, endpoint })).toEqual(['INVALID_ENDPOINT', message]);
    });
  }

  it('refuses a malformed workspaceUrl by that name', () => {
    expect(refusal({ ...given, workspaceUrl: 'ftp://dbc-1' })).toEqual([
      'INVALID_ENDPOINT',
      'Invalid workspaceUrl "ftp://dbc-1": its scheme must be https:// or http:// (no TLS).',
    ]);
  });

  it('accepts a workspaceUrl as the browser shows it', () => {
    const { auth } = resolveConnection(
      { ...given, workspaceUrl: 'https://dbc-1.cloud.databricks.com/?o=1234#job' },
      {},
    );
    expect(auth.kind === 'oauth' && auth.workspaceUrl).toBe('https://dbc-1.cloud.databricks.com');
  });

  it('names everything that is missing, with its environment variable, in one error', () => {
    expect(refusal({ clientId: 'id' }, { DATABRICKS_CLIENT_SECRET: '' })).toEqual([
      'INVALID_OPTIONS',
      'Missing connection options: endpoint (or the environment variable ZEROBUS_ENDPOINT), ' +
        'workspaceUrl (or the environment variable DATABRICKS_HOST), ' +
        'clientSecret (or the environment variable DATABRICKS_CLIENT_SECRET); ' +
        'or pass a headersProvider instead of credentials.',
    ]);
  });

  it('needs only the endpoint if there is a headers provider', () => {
    const { auth } = resolveConnection({ endpoint: given.endpoint, headersProvider }, {});
    expect(auth.kind === 'headersProvider' && auth.headersProvider).toBe(headersProvider);
    expect(refusal({ headersProvider })).toEqual([
      'INVALID_OPTIONS',
      'Missing connection options: endpoint (or the environment variable ZEROBUS_ENDPOINT).',
    ]);
  });

  it('refuses a headers provider without getHeaders', () => {
    expect(refusal({ endpoint: given.endpoint, headersProvider: {} as never })[0]).toBe('INVALID_OPTIONS');
    expect(refusal({ endpoint: given.endpoint, headersProvider: null as never })[0]).toBe('INVALID_OPTIONS');
  });

  it('refuses an option that is not a string', () => {
    expect(refusal({ ...given, clientId: 7 as never })).toEqual([
      'INVALID_OPTIONS',
      'clientId must be a string, got number.',
    ]);
  });

  it('refuses credentials that Basic authentication cannot carry, without showing them', () => {
    for (const [code, message] of [
      refusal({ ...given, clientId: 'id:hush' }),
      refusal({ ...given, clientSecret: 'hush\n' }),
      refusal({ ...given, clientSecret: new Secret('hush\n') }),
    ]) {
      expect(code).toBe('INVALID_OPTIONS');
      expect(message).not.toContain('hush');
    }
  });

  it('shows no secret, however it is printed', () => {
    const withSecret = { ...given, clientSecret: new Secret('hush') };
    const printed = [
      withSecret,
      resolveConnection(given, {}),
      resolveConnection(withSecret, {}),
      resolveConnection(
        { endpoint: given.endpoint, headersProvider: { ...headersProvider, token: 'hush' } as never },
        {},
      ),
    ].flatMap((value) => [inspect(value, { depth: 9, showHidden: false }), JSON.stringify(value), String(value)]);
    expect(printed.join('\n')).not.toContain('hush');
    expect(`${withSecret.clientSecret}`).toBe('[secret]');
    expect(inspect(withSecret.clientSecret)).toBe('[secret]');
    expect(JSON.stringify(withSecret.clientSecret)).toBe('"[secret]"');
  });
});

describe('resolveEndpoint', () => {
  it('finds the address and the workspace in the endpoint', () => {
    const { address, workspaceId, tls } = resolveEndpoint('1234.zerobus.example/', undefined);
    expect([address.url, workspaceId, tls]).toEqual(['https://1234.zerobus.example', '1234', undefined]);
  });

  it('refuses a missing endpoint, even if the environment has one', () => {
    for (const endpoint of ['', ' ', undefined as unknown as string]) {
      expect(() => resolveEndpoint(endpoint, undefined)).toThrow(
        new ZerobusError('INVALID_OPTIONS', 'endpoint is missing: pass the address of a Zerobus endpoint.'),
      );
    }
  });

  it('checks the TLS options', () => {
    expect(() => resolveEndpoint('1234.zerobus.example', { ca: '' })).toThrow(
      jasmine.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });
});
