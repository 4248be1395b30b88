import type { GatewayClient } from './gatewayClient.ts';
import type { EventRefusal, WaitingRequest } from './waitingRequest.ts';

/** An event whose row is on its way, and the requests that wait for it. */
export class EventInFlight {
  readonly client: GatewayClient;
  readonly sequence: number;
  #request: WaitingRequest;
  /** The requests that have repeated the event. */
  #joined: WaitingRequest[] | undefined;

  constructor(client: GatewayClient, sequence: number, request: WaitingRequest) {
    this.client = client;
    this.sequence = sequence;
    this.#request = request;
    request.await();
  }

  /** Lets another request wait for the event. Those that have given up are forgotten. */
  join(request: WaitingRequest): void {
    request.await();
    if (this.#request.isOver) {
      this.#request = request;
      return;
    }
    this.#joined = this.#joined?.filter((each) => !each.isOver) ?? [];
    this.#joined.push(request);
  }

  /** The event is durable or refused. */
  settle(refusal?: EventRefusal): void {
    this.#request.settle(refusal);
    for (const request of this.#joined ?? []) {
      request.settle(refusal);
    }
  }
}
