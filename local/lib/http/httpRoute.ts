import type { HttpBindings } from '@hono/node-server';
import type { Handler } from 'hono';

/** What an HTTP endpoint serves at a path. `GET /` lists all of them. */
export interface HttpRoute {
  /** The name in the JSON of `GET /`. */
  readonly name: string;
  /** The name in the text of `GET /`. */
  readonly title: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `:fullName` stands for the full name of a table. */
  readonly path: string;
  /** The last one answers. Those before it can do so instead. */
  readonly handlers: readonly Handler<{ Bindings: HttpBindings }>[];
}
