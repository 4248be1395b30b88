import { parseRetryAfter } from '../../http/parseRetryAfter.ts';

/** An event that has no row and never will. */
export interface Refusal {
  readonly sequence: number;
  /** The code of the error, such as `INVALID_RECORD`. */
  readonly code: string;
  /** The error, in a sentence. */
  readonly message: string;
}

/** A response, as far as its answer needs it. */
export interface GatewayResponse {
  readonly status: number;
  readonly body: string;
  /** The header `retry-after`. Empty if there is none. */
  readonly retryAfter: string;
}

/** What a response says about the events of its request. */
export type Answer =
  /** They are durable, apart from those refused. */
  | { readonly kind: 'durable'; readonly refused: readonly Refusal[] }
  /** The request is too large. */
  | { readonly kind: 'tooLarge' }
  /** The request is not of the form that the gateway reads. */
  | { readonly kind: 'invalid'; readonly message: string }
  /** They may be durable another time. */
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly afterMs?: number | undefined;
      /** Whether the gateway asks for other headers. */
      readonly isUnauthorized: boolean;
    };

/**
 * Reads a response. Only what the gateway itself has answered removes an event: a page of a proxy, or of a hotel's
 * network, does not.
 *
 * @param response the response
 * @param first the lowest sequence number of the request
 * @param last the highest sequence number of the request
 * @param nowMs the time in ms since 1970, which a date in `retry-after` is compared with
 */
export function parseAnswer(
  { status, body, retryAfter }: GatewayResponse,
  first: number,
  last: number,
  nowMs: number,
): Answer {
  const fields = parseFields(body);
  if (status === 200 && fields?.['durable'] === last && Array.isArray(fields['refused'])) {
    const refused = fields['refused'].filter(
      (each): each is Refusal => isRefusal(each) && each.sequence >= first && each.sequence <= last,
    );
    return { kind: 'durable', refused };
  }
  if (status === 413) {
    return { kind: 'tooLarge' };
  }
  if (status === 400 && typeof fields?.['code'] === 'string') {
    return { kind: 'invalid', message: String(fields['message'] ?? fields['code']) };
  }
  return {
    kind: 'retry',
    reason: status === 200 ? 'HTTP 200, but not from a gateway' : status === 0 ? 'a redirect' : `HTTP ${status}`,
    afterMs: parseRetryAfter({ retryAfter, date: '' }, nowMs),
    isUnauthorized: status === 401 || status === 403,
  };
}

function parseFields(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function isRefusal(value: unknown): boolean {
  const { sequence, code, message } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return Number.isSafeInteger(sequence) && typeof code === 'string' && typeof message === 'string';
}
