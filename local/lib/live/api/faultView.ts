/** A parameter of a fault. */
export interface FaultParameter {
  readonly name: string;
  /** `status`: the name of a gRPC status, which is one of the choices. `table`: the full name of a table. */
  readonly type: 'integer' | 'text' | 'status' | 'table';
  readonly isRequired: boolean;
  readonly description: string;
  /** A value to begin with. */
  readonly example?: string | number;
  /** The least and the greatest value of an integer. */
  readonly least?: number;
  readonly most?: number;
  /** The names of the statuses. */
  readonly choices?: readonly string[];
}

/** A call of `zerobus.faults`. */
export interface FaultKind {
  /** The name of the method: `delayAcks`. */
  readonly kind: string;
  /** For a button: `Delay acks`. */
  readonly title: string;
  /** What it does, in a sentence. */
  readonly effect: string;
  /** What it concerns. */
  readonly concerns: 'streams' | 'acks' | 'connections' | 'tokens';
  /** Whether it happens at once, rather than until it is cleared. */
  readonly isInstant: boolean;
  readonly parameters: readonly FaultParameter[];
}

/** A fault in force. */
export interface ActiveFault {
  readonly id: number;
  readonly kind: string;
  /** The call that does the same: `zerobus.faults.delayAcks({ delayMs: 500 })`. */
  readonly code: string;
  /** How often it will still happen. Absent if there is no limit. */
  readonly remaining?: number;
  /** When it was put in force, in milliseconds since 1970-01-01. */
  readonly sinceMs: number;
}

/** `GET /api/local/faults`: the kinds of faults, and those in force, also those that a program has injected. */
export interface FaultsView {
  readonly kinds: readonly FaultKind[];
  readonly active: readonly ActiveFault[];
}

/** `POST /api/local/faults` with `{ "kind": "delayAcks", "parameters": { "delayMs": 500 } }`: what it has done. */
export interface InjectedFault {
  /** The call that does the same. */
  readonly code: string;
  /** The fault that is now in force. Absent for one that happens at once. */
  readonly fault?: ActiveFault;
  /** The number of streams that a fault has met at once. */
  readonly streams?: number;
}
