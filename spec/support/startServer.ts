import { startZerobusLocal, type ZerobusLocal, type ZerobusLocalOptions } from 'zerobus-local';

export const READINGS_TABLE = 'main.iot.readings';

/** A running zerobus-local, and the connection options for it. */
export interface StartedServer {
  readonly server: ZerobusLocal;
  readonly connection: {
    readonly endpoint: string;
    readonly workspaceUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
}

/** Starts a zerobus-local. It has the table `main.iot.readings` unless the options name others. */
export async function startServer(options: ZerobusLocalOptions = {}): Promise<StartedServer> {
  const server = await startZerobusLocal({
    tables: [`CREATE TABLE ${READINGS_TABLE} (device STRING, temp INT NOT NULL, at TIMESTAMP)`],
    auth: { clientId: 'client', clientSecret: 'client-secret' },
    ...options,
  });
  const { endpoint, workspaceUrl } = server;
  return { server, connection: { endpoint, workspaceUrl, clientId: 'client', clientSecret: 'client-secret' } };
}
