import type { Socket } from 'node:net';
import { CallCredentials, ChannelCredentials, type experimental } from '@grpc/grpc-js';
import { isZerobusError, type ZerobusError } from '../errors/zerobusError.ts';
import { followRoute } from './followRoute.ts';
import { certificateRefusal } from './handshakeFailure.ts';
import type { Route } from './route.ts';

/**
 * Makes a channel of grpc-js open its connection by a {@link Route}.
 *
 * grpc-js connects a socket and then lets the channel's credentials secure it. Only at this point does it hand a
 * connection over, so the whole route is followed here. Its own proxy support reads other variables by other rules,
 * does not know `https://` proxies, hides the reason of a failure, and does not close a tunnel that is still being
 * opened when the channel is closed. The overridden methods are internal by name, but typed and abstract, so a change
 * to them is a compile error here. package.json pins grpc-js to a minor version to protect installations.
 */
export class RouteCredentials extends ChannelCredentials {
  readonly #route: Route;
  readonly #signal: AbortSignal;
  #isFirstHopReached = false;
  #failure: ZerobusError | undefined;

  /** @param signal aborts when the call is over. No connection is opened after that. */
  constructor(route: Route, signal: AbortSignal) {
    super();
    this.#route = route;
    this.#signal = signal;
  }

  /** Whether the first hop, which is the proxy or the server, has accepted a connection. */
  get isFirstHopReached(): boolean {
    return this.#isFirstHopReached;
  }

  /** Why there is no connection, if the reason is better known here than in grpc-js. */
  get failure(): ZerobusError | undefined {
    return this.#failure;
  }

  override _isSecure(): boolean {
    return this.#route.secure !== undefined;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(
    _target: experimental.GrpcUri,
    _options: object,
    callCredentials: CallCredentials = CallCredentials.createEmpty(),
  ): experimental.SecureConnector {
    return {
      connect: (socket) => this.#connect(socket),
      waitForReady: () => this.#mayConnect(),
      getCallCredentials: () => callCredentials,
      destroy: () => undefined,
    };
  }

  /**
   * Called before every connection. grpc-js connects once more, about a second after an attempt has failed, even if the
   * channel was closed meanwhile. `net.connect` with a signal that has already aborted reports the abort and connects
   * all the same, and nothing would ever close that socket.
   */
  async #mayConnect(): Promise<void> {
    this.#signal.throwIfAborted();
  }

  async #connect(socket: Socket): Promise<experimental.SecureConnectResult> {
    this.#isFirstHopReached = true;
    // grpc-js has removed its own listener, and the streams over this socket may not listen to it.
    socket.on('error', () => undefined);
    try {
      const connection = await followRoute(socket, this.#route, 'h2');
      connection.on('error', (error) => (this.#failure ??= certificateRefusal(this.#route.url, error)));
      return { socket: connection, secure: this._isSecure() };
    } catch (error) {
      if (isZerobusError(error)) {
        this.#failure = error;
      }
      throw error;
    }
  }
}
