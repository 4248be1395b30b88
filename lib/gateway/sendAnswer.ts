import type { ServerResponse } from 'node:http';
import type { GatewayAnswerCode, RequestError } from './requestError.ts';
import type { EventRefusal } from './waitingRequest.ts';

/** The body of an answer with 200. */
export interface DurableAnswer {
  /** The highest sequence number of the request. */
  readonly durable: number;
  readonly refused: readonly EventRefusal[];
}

/** The answers after which the connection is of no use. */
const closing: ReadonlySet<GatewayAnswerCode> = new Set<GatewayAnswerCode>(['BODY_TIMEOUT', 'DRAINING']);

/** Answers a preflight. */
export function sendEmptyAnswer(response: ServerResponse): void {
  response.statusCode = 204;
  response.end();
}

/** Answers that all events of a request are durable or refused. */
export function sendDurableAnswer(response: ServerResponse, answer: DurableAnswer): void {
  send(response, 200, answer);
}

/** Answers with an error. */
export function sendErrorAnswer(response: ServerResponse, { status, code, message, retryAfterMs }: RequestError): void {
  if (retryAfterMs !== undefined) {
    response.setHeader('Retry-After', Math.ceil(retryAfterMs / 1000));
  }
  if (closing.has(code) && response.req.httpVersionMajor === 1) {
    response.setHeader('Connection', 'close');
  }
  if (code === 'METHOD_NOT_ALLOWED') {
    response.setHeader('Allow', 'POST, OPTIONS');
  }
  send(response, status, { code, message });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.end(JSON.stringify(body));
}
