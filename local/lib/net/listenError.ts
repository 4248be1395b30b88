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
