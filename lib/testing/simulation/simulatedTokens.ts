import { map, Observable, of, tap } from 'rxjs';
import type { TokenResponse } from '../../auth/fetchToken.ts';
import type { HeadersProvider } from '../../auth/headersProvider.ts';
import { OAuthHeadersProvider } from '../../auth/oAuthHeadersProvider.ts';
import { TokenCache } from '../../auth/tokenCache.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';
import type { StreamHeaders } from '../../transport/transport.ts';
import type { Findings } from './model/findings.ts';
import type { SimulationModel } from './model/simulationModel.ts';
import type { SimulationPlan } from './plan/simulationPlan.ts';
import type { SimulatedClock } from './simulatedClock.ts';

/** The header that says which stream a call belongs to. */
export const LANE_HEADER = 'x-simulated-stream';

/** What the tokens of a run need. */
export interface TokenWorld {
  readonly plan: SimulationPlan;
  readonly clock: SimulatedClock;
  readonly findings: Findings;
  readonly model: () => SimulationModel;
  /** Called from within the provider. */
  readonly onHeaders: () => void;
}

/** The lifetime of a token, in milliseconds. */
const LIFETIME_MS = 3_600_000;
const TOKEN = 'token-';

/** The token endpoint of a run, and the providers of headers that use it. */
export class SimulatedTokens {
  /** The number of requests that the client waits for. */
  openCount = 0;
  readonly #world: TokenWorld;
  #requestCount = 0;
  #issued = 0;
  /** The tokens up to this number are refused. */
  #deadUpTo = 0;

  constructor(world: TokenWorld) {
    this.#world = world;
  }

  /** Lets all tokens that were issued so far die. */
  kill(): void {
    this.#world.findings.log(() => `all tokens up to ${this.#issued} die`);
    this.#deadUpTo = this.#issued;
  }

  /** Whether the service takes these headers. */
  isAlive(headers: StreamHeaders): boolean {
    const text = headers['authorization'] ?? '';
    return Number(text.slice(text.indexOf(TOKEN) + TOKEN.length)) > this.#deadUpTo;
  }

  /** Creates the provider of a run. */
  provider(): HeadersProvider {
    const { plan } = this.#world;
    const inner = plan.hasOAuth ? this.#oAuth() : this.#plain();
    return {
      getHeaders: () => {
        const lane = this.#world.model().connectingLane;
        this.#world.onHeaders();
        return (inner.getHeaders() as Observable<StreamHeaders>).pipe(
          tap(() => {
            lane.renewals.hasHeaders = true;
          }),
          map((headers) => ({ ...headers, [LANE_HEADER]: String(lane.number) })),
        );
      },
      invalidate: (headers) => inner.invalidate?.(headers) ?? false,
    };
  }

  #plain(): HeadersProvider {
    const { plan } = this.#world;
    this.#issued = 1;
    return {
      getHeaders: () => of({ authorization: `Bearer ${TOKEN}${this.#issued}` }),
      invalidate: () => {
        this.#issued++;
        return plan.canRenew;
      },
    };
  }

  #oAuth(): HeadersProvider {
    const { plan } = this.#world;
    return new OAuthHeadersProvider({
      workspaceUrl: 'https://workspace.example',
      workspaceId: '1',
      table: 'main.iot.readings',
      clientId: 'client',
      clientSecret: 'secret',
      cache: new TokenCache(),
      timeoutMs: plan.limits.recoveryTimeoutMs,
      fetchToken: () => new Observable<TokenResponse>((subscriber) => this.#fetch(subscriber)),
    });
  }

  #fetch(subscriber: {
    next(response: TokenResponse): void;
    error(error: unknown): void;
    complete(): void;
  }): () => void {
    const { plan, clock, findings } = this.#world;
    const { faults } = plan;
    const request = this.#requestCount++;
    const isCalm = request >= plan.calmFrom;
    this.openCount++;
    findings.log(() => `token request ${request}`);
    findings.count('token request');
    const has = (kind: 'slow token' | 'refused token' | 'hung token' | 'short token'): boolean => {
      const strikes = !isCalm && faults.strikes(kind, request);
      if (strikes) {
        findings.count(`fault ${kind}`);
        findings.log(() => `fault: ${kind}`);
      }
      return strikes;
    };
    const random = faults.at('slow token', request);
    const delayMs = has('slow token') ? random.between(1, 2 * plan.limits.recoveryTimeoutMs) : plan.upMs;
    const refusal = has('refused token') ? refusals[random.between(0, refusals.length - 1)] : undefined;
    const expiresInMs = has('short token') ? random.pick([50, 1000, 600_000]) : LIFETIME_MS;
    const answer = (): void => {
      if (refusal !== undefined) {
        subscriber.error(refusal());
        return;
      }
      subscriber.next({ accessToken: `${TOKEN}${++this.#issued}`, expiresInMs });
      subscriber.complete();
    };
    const cancel = has('hung token') ? (): void => {} : clock.later(delayMs, answer);
    return () => {
      this.openCount--;
      cancel();
    };
  }
}

const refusals: readonly (() => ZerobusError)[] = [
  () => new ZerobusError('TOKEN_FETCH_FAILED', 'The endpoint is down.'),
  () => new ZerobusError('TOKEN_FETCH_FAILED', 'The endpoint is down.'),
  () => new ZerobusError('TOKEN_FETCH_FAILED', 'The endpoint is busy.', { retryAfterMs: 700 }),
  () => new ZerobusError('INVALID_CREDENTIALS', 'The secret is wrong.'),
];
