import type { AddressInfo, Server } from 'node:net';
import { ListenError } from './listenError.ts';

/**
 * Binds a server to an address.
 *
 * @param purpose what the server is, for the error message
 * @returns the port, which the system has chosen where `port` is 0
 * @throws ListenError where the address can't be had
 */
export function listen(server: Server, host: string, port: number, purpose: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(
        error.code === 'EADDRINUSE'
          ? new ListenError(
              'PORT_IN_USE',
              port,
              `Port ${port} on ${host} is in use. Choose another port for ${purpose}, or 0 for any that is free.`,
              error,
            )
          : new ListenError(
              'LISTEN_FAILED',
              port,
              `Can't listen on ${host}, port ${port}, for ${purpose}: ${error.message}.`,
              error,
            ),
      );
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
