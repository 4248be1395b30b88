/** The variables that say how a connection is made, and would make a spec depend on where it runs. */
const connectionVariables = [
  'grpc_proxy',
  'https_proxy',
  'http_proxy',
  'no_grpc_proxy',
  'no_proxy',
  'ZEROBUS_ENDPOINT',
  'DATABRICKS_HOST',
  'DATABRICKS_CLIENT_ID',
  'DATABRICKS_CLIENT_SECRET',
].flatMap((name) => [name, name.toUpperCase()]);

/**
 * Does something in an environment that says of connections what is given and no more; afterwards it is as before.
 *
 * @param env the variables that are set
 * @param act what is done; the environment lasts until its promise is settled
 */
export async function withEnvironment<T>(env: Readonly<Record<string, string>>, act: () => Promise<T>): Promise<T> {
  const names = new Set([...connectionVariables, ...Object.keys(env)]);
  const before = [...names].map((name) => [name, process.env[name]] as const);
  for (const name of names) {
    delete process.env[name];
  }
  Object.assign(process.env, env);
  try {
    return await act();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
  }
}

/** The environment of this process, for another one whose connections nothing diverts. */
export function withoutProxies(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !connectionVariables.includes(name)));
}
