import type { ServerResponse } from 'node:http';
import type { SchedulerLike } from 'rxjs';
import { monotonicNow } from '../time/monotonicNow.ts';
import type { ByteReservation } from './byteBudget.ts';
import { checkRequest } from './checkRequest.ts';
import type { EventIntake } from './eventIntake.ts';
import type { EventStream } from './eventStream.ts';
import type { GatewayClient } from './gatewayClient.ts';
import type { GatewayClients } from './gatewayClients.ts';
import type { GatewayRequest, ResolvedRequestOptions } from './gatewayOptions.ts';
import { isOriginAllowed, setOriginHeaders, setPreflightHeaders } from './origins.ts';
import { parseEvents, parseHead } from './parseRequest.ts';
import { readBody } from './readBody.ts';
import { RequestError } from './requestError.ts';
import type { RequestLife } from './requestLife.ts';
import { sendDurableAnswer, sendEmptyAnswer } from './sendAnswer.ts';
import type { WaitingRequest } from './waitingRequest.ts';

/** A request on its way through the gateway. */
export interface PendingRequest {
  readonly request: GatewayRequest;
  readonly response: ServerResponse;
  readonly life: RequestLife;
  readonly reservation: ByteReservation;
}

/** What the requests of a gateway share. */
export interface RequestDesk {
  readonly options: ResolvedRequestOptions;
  readonly scheduler: SchedulerLike;
  readonly clients: GatewayClients;
  readonly intake: EventIntake;
  readonly stream: EventStream;
  /** Throws if no request can be taken in at present. */
  readonly checkRoom: () => void;
  /** Called with what a function of the user's has thrown. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Answers a request when all of its events are durable or refused. Nothing of the body is read before the request is
 * authenticated, and no event is taken in before all lines of the body have been read.
 *
 * @throws {@link RequestError} if the answer is another one
 */
export async function answerRequest(pending: PendingRequest, desk: RequestDesk): Promise<void> {
  const { request, response, life } = pending;
  const { options, intake, checkRoom } = desk;
  const { origins, maxRequestBytes } = options;
  if (!isOriginAllowed(request, origins)) {
    response.appendHeader('Vary', 'Origin');
    throw new RequestError('ORIGIN_NOT_ALLOWED', 'Pages of this origin must not send events: add it to origins.');
  }
  setOriginHeaders(request, response, origins);
  if (request.method === 'OPTIONS') {
    setPreflightHeaders(request, response);
    sendEmptyAnswer(response);
    return;
  }
  checkRequest(request, maxRequestBytes);
  checkRoom();
  const identity = await identityOf(pending, desk);
  // The body and its events are not kept in memory while their rows are waited for.
  const { waiting, durable } = await takeIn(pending, desk, identity);
  life.isWaiting = true;
  try {
    await life.until(waiting.done);
  } finally {
    intake.forget(waiting);
  }
  sendDurableAnswer(response, { durable, refused: waiting.refused.sort((a, b) => a.sequence - b.sequence) });
}

/** What waits for the rows of a request, and its highest sequence number. */
interface TakenIn {
  readonly waiting: WaitingRequest;
  readonly durable: number;
}

async function takeIn(pending: PendingRequest, desk: RequestDesk, identity: unknown): Promise<TakenIn> {
  const { request, life, reservation } = pending;
  const { options, scheduler, clients, intake, stream, checkRoom } = desk;
  const { maxRequestBytes, bodyTimeoutMs } = options;
  const body = await life.until(readBody(request, { maxRequestBytes, bodyTimeoutMs, scheduler, reservation }));
  const receivedAt = scheduler.now();
  const head = parseHead(body);
  await checkClient(pending, desk, head.client, identity);
  checkRoom();
  const client = clients.get(head.client, head.kept);
  client.requestCount++;
  try {
    checkRate(client, monotonicNow(scheduler));
    await clientKnown(pending, desk, client);
    const events = parseEvents(body, head);
    checkRoom();
    const waiting = intake.take(stream, client, head.kept, events, { identity, request, receivedAt });
    return { waiting, durable: events.sequences.at(-1) as number };
  } finally {
    client.requestCount--;
  }
}

async function identityOf({ request, life }: PendingRequest, { options, onFailed }: RequestDesk): Promise<unknown> {
  const refusal = new RequestError('UNAUTHENTICATED', 'The request is not authenticated.');
  const identity = await life.until(ask(() => options.authenticate(request), refusal, onFailed));
  if (identity === undefined || identity === null || identity === false) {
    throw refusal;
  }
  return identity;
}

async function checkClient(
  { request, life }: PendingRequest,
  { options, onFailed }: RequestDesk,
  client: string,
  identity: unknown,
): Promise<void> {
  const { authorize } = options;
  if (authorize === undefined) {
    return;
  }
  const refusal = new RequestError('CLIENT_NOT_ALLOWED', 'The client does not belong to this identity.');
  const isAllowed = await life.until(ask(() => authorize({ client, identity, request }), refusal, onFailed));
  if (isAllowed !== true) {
    throw refusal;
  }
}

function checkRate({ allowance }: GatewayClient, now: number): void {
  const waitMs = allowance.take(now);
  if (waitMs > 0) {
    throw new RequestError(
      'TOO_MANY_REQUESTS',
      'The client makes too many requests: send more events in each.',
      waitMs,
    );
  }
}

/** Waits until it is known what the table holds of a client. */
async function clientKnown(
  { life }: PendingRequest,
  { clients, onFailed }: RequestDesk,
  client: GatewayClient,
): Promise<void> {
  if (client.ready === undefined) {
    return;
  }
  const refusal = new RequestError(
    'CLIENT_NOT_KNOWN',
    'It is not known which events of the client are durable: send the request again.',
    1000,
  );
  const known = ask(
    () => client.ready,
    refusal,
    (error) => {
      clients.forget(client);
      onFailed(error);
    },
  );
  await life.until(known);
}

/** Calls a function of the user's. What it throws is reported, and the request is answered with an error instead. */
async function ask<T>(
  question: () => T | PromiseLike<T>,
  refusal: RequestError,
  onFailed: (error: unknown) => void,
): Promise<T> {
  try {
    return await question();
  } catch (error) {
    onFailed(error);
    throw refusal;
  }
}
