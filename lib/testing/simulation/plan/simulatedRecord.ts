import type { Emission } from './emission.ts';
import type { FaultKind } from './faultKinds.ts';
import { share } from './random.ts';
import type { SimulationPlan } from './simulationPlan.ts';

/** What is wrong with a record, or `good`. */
export type RecordKind = 'good' | 'bad' | 'unfit' | 'blank' | 'keyless';

/** A value that a simulated source emits. */
export interface SimulatedRecord {
  /** The place of the value in the source, from 0. */
  readonly id: number;
  readonly kind: RecordKind;
  /** The key of its partition. */
  readonly key: number;
  /** The record to write: an object or a text of a JSON stream, bytes of a PROTO stream, or none. */
  readonly row: object | string | Uint8Array | undefined;
  /** What is sent for it, if anything can be. */
  readonly payload: string | Uint8Array | undefined;
  /** The number of bytes that it takes in a batch. */
  readonly wireBytes: number;
}

/** The key of a record for which the option `partitionBy` throws. */
export const NO_KEY = 99;

/** The number behind the id of a record that the service refuses. */
const BAD_TAG = 0x20;

const kindFaults: readonly (readonly [FaultKind, RecordKind])[] = [
  ['bad record', 'bad'],
  ['unfit record', 'unfit'],
  ['blank record', 'blank'],
  ['keyless record', 'keyless'],
];

/** Creates the value of a source at a place. */
export function simulatedRecord(plan: SimulationPlan, id: number, emits: Emission): SimulatedRecord {
  const emitsValues = emits === 'values';
  const kind = kindOf(plan, id, emits);
  const key = kind === 'keyless' ? NO_KEY : Math.floor(share(plan.seed, 0x7e4, id) * plan.keys);
  const padding = 'x'.repeat(Math.floor(share(plan.seed, 0x9ad, id) * (plan.padding + 1)));
  if (plan.format === 'PROTO' && emits !== 'anything') {
    const bytes = protoRow(id, key, padding, kind === 'bad');
    return complete({ id, kind, key, row: kind === 'unfit' ? 'not bytes' : bytes, payload: bytes });
  }
  const object = { id, key, padding, ...(kind === 'bad' ? { bad: true } : {}) };
  const payload = JSON.stringify(object);
  if (kind === 'unfit') {
    return complete({ id, kind, key, row: { ...object, value: Number.NaN }, payload });
  }
  const isText = emits !== 'anything' && share(plan.seed, 0x7e7, id) < 0.3;
  return complete({ id, kind, key, row: isText ? payload : object, payload });

  function complete({ row, payload, ...rest }: Omit<SimulatedRecord, 'wireBytes'>): SimulatedRecord {
    const blank = emitsValues ? undefined : '';
    const hasPayload = kind !== 'unfit' && kind !== 'blank';
    return {
      ...rest,
      row: kind === 'blank' ? blank : row,
      payload: hasPayload ? payload : undefined,
      wireBytes: hasPayload && payload !== undefined ? wireBytes(payload.length) : 0,
    };
  }
}

/**
 * Returns the key of a row.
 *
 * @throws {@link Error} if it has none
 */
export function keyOfRow(row: object | string | Uint8Array): number {
  if (row === '') {
    return 0;
  }
  const parsed = typeof row === 'string' ? JSON.parse(row) : row;
  const key: number = parsed instanceof Uint8Array ? (parsed[4] as number) : parsed.key;
  if (key === NO_KEY) {
    throw new Error('The record has no key.');
  }
  return key;
}

/** Returns the id that a payload has: the first property `id` of a JSON text, or the first field of a message. */
export function idOf(payload: string | Uint8Array): number {
  if (typeof payload === 'string') {
    return Number.parseInt(payload.slice(payload.indexOf('"id":') + 5), 10);
  }
  return ((payload[1] as number) & 0x7f) | ((payload[2] as number) << 7);
}

/** The number of bytes of a record in a batch, with its tag and length. */
export function wireBytes(length: number): number {
  return length + (length < 128 ? 2 : 3);
}

function kindOf(plan: SimulationPlan, id: number, emits: Emission): RecordKind {
  for (const [fault, kind] of kindFaults) {
    const isPossible =
      (kind === 'bad' || emits !== 'anything') &&
      (kind !== 'blank' || emits === 'values' || plan.format === 'JSON') &&
      (kind !== 'keyless' || (plan.limits.streams > 1 && plan.limits.hasKeys)) &&
      (kind === 'bad' || plan.limits.overflow === 'error');
    if (isPossible && plan.faults.strikes(fault, id)) {
      return kind;
    }
  }
  return 'good';
}

/** Fields 1 (id), 2 (key) and 3 (padding), and 4 if the record is bad. */
function protoRow(id: number, key: number, padding: string, bad: boolean): Uint8Array {
  const head = [
    0x08,
    (id & 0x7f) | 0x80,
    id >> 7,
    0x10,
    key,
    0x1a,
    (padding.length & 0x7f) | 0x80,
    padding.length >> 7,
  ];
  return Uint8Array.from([...head, ...Buffer.from(padding), ...(bad ? [BAD_TAG, 1] : [])]);
}
