import type { StreamHeaders } from '../transport/transport.ts';
import type { HeadersProvider } from './headersProvider.ts';

/** The headers provider of the official TypeScript SDK: an object with a callback. */
export interface HeadersCallback {
  /**
   * Returns the headers of the next connection, directly or as a promise: pairs of names and values, as the official
   * SDK has them, or an object.
   */
  getHeadersCallback(): HeaderPairs | StreamHeaders | PromiseLike<HeaderPairs | StreamHeaders>;
}

/** Pairs of a header's name and value. */
type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** Creates a provider that calls the callback before every connection. */
export function callbackProvider(provider: HeadersCallback): HeadersProvider {
  return {
    getHeaders: async () => {
      const headers = await provider.getHeadersCallback();
      if (!Array.isArray(headers)) {
        return headers as StreamHeaders;
      }
      if (headers.every((pair: unknown) => Array.isArray(pair) && pair.length === 2)) {
        return Object.fromEntries(headers as HeaderPairs);
      }
      throw new Error('getHeadersCallback must return pairs of names and values, or an object.');
    },
  };
}
