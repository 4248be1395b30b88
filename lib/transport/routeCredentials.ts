import type { Socket } from 'node:net';
import { CallCredentials, ChannelCredentials, type experimental } from '@grpc/grpc-js';
import { isZerobusError, type ZerobusError } from '../errors/zerobusError.ts';
import { followRoute } from './followRoute.ts';
import { certificateRefusal } from './handshakeFailure.ts';
import type { Route } from './route.ts';

/**
 * Has a channel of grpc-js make its connection by a {@link Route}.
 *
 * grpc-js connects a socket and then lets the channel's credentials secure it. This is the one place where it hands a
 * connection over, so the whole route is followed here: its own support of proxies knows other variables, other rules
 * and no `https://` proxies, tells of a failure only that there was one, and leaves a tunnel that is being opened alive
 * when the channel is closed. The methods are marked as internal by their names, but typed and abstract, so that a
 * change of them is one of the compiler's errors here; package.json holds grpc-js to a minor version for the sake of
 * those who install it.
 */
export class RouteCredentials extends ChannelCredentials {
  readonly #route: Route;
  #isFirstHopReached = false;
  #failure: ZerobusError | undefined;

  constructor(route: Route) {
    super();
    this.#route = route;
  }

  /** Whether the proxy, or the server where there is no proxy, has taken a connection. */
  get isFirstHopReached(): boolean {
    return this.#isFirstHopReached;
  }

  /** Why there is no connection, where it is known better than grpc-js tells. */
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
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => callCredentials,
      destroy: () => undefined,
    };
  }

  async #connect(socket: Socket): Promise<experimental.SecureConnectResult> {
    this.#isFirstHopReached = true;
    // grpc-js has taken its own listener off, and what is made of the socket may not have one on it.
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
