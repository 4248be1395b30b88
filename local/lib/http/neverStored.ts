import type { MiddlewareHandler } from 'hono';

/** Keeps answers out of caches, and browsers from guessing their types. */
export const neverStored: MiddlewareHandler = async (request, next) => {
  await next();
  request.header('cache-control', 'no-store');
  request.header('x-content-type-options', 'nosniff');
};
