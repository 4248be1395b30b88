/**
 * The faults that a simulation knows, each with the probability that it strikes at a place, such as a connection or a
 * batch, if the seed has turned it on.
 */
export const faultKinds = {
  // The opening of a connection.
  'refused connection': 0.2,
  'failed connection': 0.2,
  'hung creation': 0.12,
  'bad creation': 0.12,
  'slow creation': 0.25,
  'refused headers': 0.2,
  // A connection that is open.
  cut: 0.35,
  'reset after bytes': 0.35,
  'idle close signal': 0.3,
  'slow drain': 0.6,
  // A batch that arrives.
  status: 0.1,
  silence: 0.06,
  'early end': 0.06,
  'close signal': 0.12,
  garbage: 0.04,
  // An ack.
  'late ack': 0.2,
  'duplicate ack': 0.2,
  'lower ack': 0.15,
  'missing ack': 0.2,
  'stuck ack': 0.08,
  'over ack': 0.05,
  'negative ack': 0.05,
  'empty ack': 0.05,
  // The end of a call.
  'bad close': 0.4,
  // Token requests.
  'slow token': 0.35,
  'refused token': 0.25,
  'hung token': 0.15,
  'short token': 0.5,
  'dead token': 0.5,
  // Records.
  'bad record': 0.1,
  'unfit record': 0.07,
  'blank record': 0.12,
  'keyless record': 0.07,
  // What takes rejected records in.
  'slow taker': 0.5,
  'failing taker': 0.05,
  'lost taker': 0.05,
} as const;

/** The name of a fault. */
export type FaultKind = keyof typeof faultKinds;

/** All faults. */
export const allFaultKinds: readonly FaultKind[] = Object.keys(faultKinds) as FaultKind[];
