/** Options of `zerobus-local alter`. */
export interface AlterOptions {
  readonly httpPort: number;
  /** The workspace URL of the server. Defaults to `http://127.0.0.1` with the HTTP port. */
  readonly url?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

/** Has a running server alter a table, and returns a line that says what the table is now. */
export async function alter(sql: string, options: AlterOptions): Promise<string> {
  const { httpPort, url = `http://127.0.0.1:${httpPort}`, clientId, clientSecret } = options;
  const server = url.replace(/\/+$/, '');
  const credentials = Buffer.from(`${clientId || 'local'}:${clientSecret || 'local'}`).toString('base64');
  const { access_token: token } = await post(`${server}/oidc/v1/token`, `Basic ${credentials}`, tokenForm);
  const table = await post(`${server}/api/local/alter`, `Bearer ${token}`, sql);
  const columns = table['columns'] as readonly { readonly name: string; readonly type_text: string }[];
  return `${table['full_name']} (${columns.map(({ name, type_text }) => `${name} ${type_text}`).join(', ')})\n`;
}

const tokenForm = new URLSearchParams({ grant_type: 'client_credentials', scope: 'all-apis' });

async function post(
  url: string,
  authorization: string,
  body: string | URLSearchParams,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, { method: 'POST', headers: { authorization }, body, redirect: 'error' }).catch(
    (cause: Error) => {
      const reason = cause.cause instanceof Error ? cause.cause.message : cause.message;
      throw new Error(`No server answers ${url} (${reason}). Start it, or name its workspace URL with --url.`, {
        cause,
      });
    },
  );
  const text = await response.text();
  const answer = parseObject(text);
  if (!response.ok || answer === undefined) {
    const message = answer?.['message'] ?? answer?.['error_description'] ?? text.slice(0, 200);
    throw new Error(`${message}`);
  }
  return answer;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
