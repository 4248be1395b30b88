import { type ChannelOptions, experimental } from '@grpc/grpc-js';
import { authorityOf, firstHop, type Route } from './route.ts';

/** The scheme of {@link AbortableResolver}'s targets: `rxjs-zerobus:host:port`. */
const SCHEME = 'rxjs-zerobus';

/** Options with this prefix reach the resolver, but not the connections, which would compare them. */
const ADDRESS_OPTION = `${experimental.SUBCHANNEL_ARGS_EXCLUDE_KEY_PREFIX}.rxjs-zerobus-address`;

/** The options that `net.connect` is called with. */
type AbortableAddress = ReturnType<typeof firstHop> & { readonly signal: AbortSignal };

/**
 * Resolves the target to the address of the route's first hop, with an AbortSignal, which `net.connect` accepts as an
 * option of the socket.
 *
 * Closing a channel of grpc-js does not end a connection that is still being opened. If the service does not answer,
 * that connection would keep the process alive for minutes after all subscribers have unsubscribed. `net.connect` looks
 * up the name itself, and tries IPv6 and IPv4 in turn.
 */
class AbortableResolver implements experimental.Resolver {
  readonly #listener: experimental.ResolverListener;
  readonly #endpoints: experimental.Endpoint[];
  #isWanted = false;

  constructor(_target: experimental.GrpcUri, listener: experimental.ResolverListener, options: ChannelOptions) {
    this.#listener = listener;
    this.#endpoints = [{ addresses: [options[ADDRESS_OPTION] as AbortableAddress] }];
  }

  updateResolution(): void {
    if (this.#isWanted) {
      return;
    }
    this.#isWanted = true;
    process.nextTick(() => {
      if (this.#isWanted) {
        this.#listener(experimental.statusOrFromValue(this.#endpoints), {}, null, '');
      }
    });
  }

  destroy(): void {
    this.#isWanted = false;
  }

  static getDefaultAuthority(target: experimental.GrpcUri): string {
    return target.path;
  }
}

experimental.registerResolver(SCHEME, AbortableResolver);

/** Creates a grpc-js target and the channel options for it. Their connection is destroyed when the signal aborts. */
export function abortableTarget(
  route: Route,
  signal: AbortSignal,
): { readonly target: string; readonly options: ChannelOptions } {
  return { target: `${SCHEME}:${authorityOf(route)}`, options: { [ADDRESS_OPTION]: { ...firstHop(route), signal } } };
}
