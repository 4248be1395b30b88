import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { clientLeft } from '../../restRequest.ts';

/** A signal that is aborted when the client leaves before its request is answered. */
export function clientSignal({ env }: Context<{ Bindings: HttpBindings }>): AbortSignal {
  const left = new AbortController();
  env.outgoing.once('close', () => left.abort(clientLeft()));
  return left.signal;
}
