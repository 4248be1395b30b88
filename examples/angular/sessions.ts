import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

const NAME = 'session';

/** Sessions without a store: the cookie has the visitor and a signature, so it outlives the server. */
export class Sessions {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** Returns the visitor behind the cookies of a request, or `undefined` if no cookie of ours is among them. */
  visitorOf(cookies: string | undefined): string | undefined {
    const value = cookies
      ?.split('; ')
      .find((cookie) => cookie.startsWith(`${NAME}=`))
      ?.slice(NAME.length + 1);
    const [visitor = '', signature = ''] = value?.split('.') ?? [];
    const [given, expected] = [Buffer.from(signature), Buffer.from(this.#sign(visitor))];
    return given.length === expected.length && timingSafeEqual(given, expected) ? visitor : undefined;
  }

  /** Returns the cookie of a new visitor. No script can read it, and no other site can send it. */
  newCookie(): string {
    const visitor = randomUUID();
    return `${NAME}=${visitor}.${this.#sign(visitor)}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict`;
  }

  #sign(visitor: string): string {
    return createHmac('sha256', this.#secret).update(visitor).digest('base64url');
  }
}
