import type { Context, MiddlewareHandler } from 'hono';
import type { HttpRoute } from './httpRoute.ts';

/** The live page, and what it reads and asks for, which the HTTP endpoints serve beside the rest. */
export interface LiveSite {
  /** Refuses what may not use it. Other paths are let through. */
  readonly guard: MiddlewareHandler;
  readonly routes: readonly HttpRoute[];
  /** @returns the page; undefined if the client is no browser */
  answerPage(request: Context): Response | undefined;
  /** @returns a file of the page; undefined if there is none of that name */
  answerFile(request: Context, name: string): Response | undefined;
}
