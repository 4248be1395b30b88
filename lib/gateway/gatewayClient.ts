import type { Allowance } from './allowance.ts';
import type { KnownSequences } from './knownSequences.ts';
import type { WaitingRequest } from './waitingRequest.ts';

/** What a gateway knows of a client. */
export interface GatewayClient {
  /** The UUID of the client. */
  readonly id: string;
  readonly known: KnownSequences;
  /** The events whose rows are on their way, by sequence number. */
  readonly inFlight: Map<number, { join(request: WaitingRequest): void }>;
  readonly allowance: Allowance;
  /** The number of its requests that are being taken in. */
  requestCount: number;
  /** Resolves when {@link known} has what the table holds. */
  readonly ready: Promise<void> | undefined;
}
