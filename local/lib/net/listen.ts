import type { AddressInfo, Server } from 'node:net';
import { Brand } from '../brand.ts';

/**
 * Why a server could not listen: `PORT_IN_USE`, or `LISTEN_FAILED` for anything else, such as a host that is not this
 * machine's.
 */
export type ListenErrorCode = 'PORT_IN_USE' | 'LISTEN_FAILED';

const brand = new Brand('ListenError');

/** A server can't listen where it was told to. */
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

  /** Recognizes errors of another copy of this package too (ESM beside CommonJS). */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return brand.isOn(value);
  }
}

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
