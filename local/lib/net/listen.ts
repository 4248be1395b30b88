import type { AddressInfo, Server } from 'node:net';
import { Brand } from '../brand.ts';

/**
 * Why a server could not listen: `PORT_IN_USE`, or `LISTEN_FAILED` for any other reason, such as another machine's
 * address.
 */
export type ListenErrorCode = 'PORT_IN_USE' | 'LISTEN_FAILED';

const brand = new Brand('ListenError');

/** A server can't listen on an address. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: ListenErrorCode;
  readonly port: number;

  constructor(code: ListenErrorCode, port: number, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
    this.port = port;
    brand.mark(this);
  }

  /** Also recognizes errors of another copy of this package (ESM beside CommonJS). */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return brand.isOn(value);
  }
}

/**
 * Binds a server to an address.
 *
 * @param purpose names the server in the error message
 * @returns the port; if `port` is 0, the one that the system chose
 * @throws {@link ListenError} if the address is taken or can't be used
 */
export function listen(server: Server, host: string, port: number, purpose: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(
        error.code === 'EADDRINUSE'
          ? new ListenError(
              'PORT_IN_USE',
              port,
              `Port ${port} on ${host} is in use. Choose another port for ${purpose}, or 0 for any free port.`,
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
