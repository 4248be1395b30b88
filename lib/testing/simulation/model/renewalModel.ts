import type { ModelContext } from './modelContext.ts';

/** The renewals of headers that do not wait. */
const RENEWALS_AT_ONCE = 2;

/** When a stream may renew the headers that the service has refused. */
export class RenewalModel {
  /** Whether the last connection has got headers. */
  hasHeaders = false;
  /** Whether the service has not taken the headers since they were renewed. */
  isUnproven = false;
  /** Whether the next headers are a renewal. */
  isRenewing = false;
  readonly #context: ModelContext;
  readonly #canRenew: boolean;
  #count = 0;

  constructor(context: ModelContext, canRenew: boolean) {
    this.#context = context;
    this.#canRenew = canRenew;
  }

  onProgress(): void {
    this.#count = 0;
  }

  /** The stream reports that its headers are renewed. */
  onRenewed(): void {
    this.#context.findings.check(this.isRenewing, 'events', () => 'a token is renewed that was not refused');
    this.isRenewing = false;
  }

  /** The headers are refused. Returns the number of the wait before the next, 0 or less for none, if others follow. */
  next(): number | undefined {
    const { limits, findings } = this.#context;
    const mayRenew = limits.recovery && limits.recoveryRetries > 0 && this.#count <= limits.recoveryRetries;
    if (!this.hasHeaders || !this.#canRenew || this.isUnproven || !mayRenew) {
      return undefined;
    }
    this.isUnproven = true;
    this.isRenewing = true;
    this.#count++;
    findings.count('renewal');
    return this.#count - RENEWALS_AT_ONCE;
  }
}
