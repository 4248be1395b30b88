/** The variables that configure connections. With them, a spec would depend on the machine it runs on. */
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
 * Runs a function in an environment with no connection variables but the given ones, and restores the old environment.
 *
 * @param env the variables to set
 * @param act the function. The environment lasts until its promise is settled
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

/** Returns the environment of this process without connection variables, for a child process. */
export function withoutProxies(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !connectionVariables.includes(name)));
}
