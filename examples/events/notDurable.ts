/** Why events are not durable, as programs read it. */
export type NotDurableCode = 'BAD_EVENTS' | 'WINDOW_FULL' | 'UNAVAILABLE' | 'DRAINING' | 'NOT_KNOWN';

/** The answer to a request whose events are not durable, or not known to be. Fastify reads its status and headers. */
export class NotDurable extends Error {
  readonly code: NotDurableCode;
  readonly statusCode: 400 | 503;
  readonly headers: Readonly<Record<string, string>>;

  /** @param message a full sentence for the client, without secrets */
  constructor(code: NotDurableCode, message: string) {
    super(message);
    this.name = 'NotDurable';
    this.code = code;
    this.statusCode = code === 'BAD_EVENTS' ? 400 : 503;
    this.headers = code === 'BAD_EVENTS' ? {} : { 'retry-after': code === 'WINDOW_FULL' ? '1' : '5' };
  }

  /** The body of the answer. */
  toJSON(): { readonly error: NotDurableCode; readonly message: string } {
    return { error: this.code, message: this.message };
  }
}
