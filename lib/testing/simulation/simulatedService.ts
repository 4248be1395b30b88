import type { RecordPayload } from '../../errors/zerobusError.ts';
import type { ReceivedBatch, VirtualConnection, VirtualServiceObserver } from '../virtualConnection.ts';
import type { BookEntry } from './model/recordBook.ts';
import { idOf } from './plan/simulatedRecord.ts';
import type { ServiceWorld } from './serviceWorld.ts';
import { SimulatedCall } from './simulatedCall.ts';
import { LANE_HEADER } from './simulatedTokens.ts';

/** Plays the service of a run: takes in what the client sends, with the faults of the plan. */
export class SimulatedService implements VirtualServiceObserver {
  readonly #world: ServiceWorld;
  readonly #calls = new Map<VirtualConnection, SimulatedCall>();

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  onOpen(connection: VirtualConnection): void {
    const lane = Number(connection.headers[LANE_HEADER]);
    const model = this.#world.model().onOpen(connection.number, lane);
    const call = new SimulatedCall(this.#world, connection, model);
    this.#calls.set(connection, call);
    call.open();
    model.isOpening = false;
  }

  onCreate(connection: VirtualConnection): void {
    this.#callOf(connection).onCreate();
  }

  onBatch(connection: VirtualConnection, batch: ReceivedBatch): void {
    const { findings } = this.#world;
    const entries = batch.records.map((record) => this.#entryOf(record)).filter((entry) => entry !== undefined);
    const ids = entries.map(({ record }) => record.id);
    findings.log(() => `call ${connection.number} sends batch ${batch.physicalOffset}: ${ids.join(' ')}`);
    this.#callOf(connection).onBatch(batch, entries);
  }

  onHalfClose(connection: VirtualConnection): void {
    this.#world.findings.log(() => `call ${connection.number} is half-closed`);
    this.#callOf(connection).onHalfClose();
  }

  onCancel(connection: VirtualConnection): void {
    this.#world.findings.log(() => `call ${connection.number} is canceled`);
    this.#callOf(connection).onCancel();
  }

  /** The tokens that were issued so far are dead. Open calls with one may end. */
  onTokensDead(): void {
    for (const call of this.#calls.values()) {
      call.onTokensDead();
    }
  }

  #callOf(connection: VirtualConnection): SimulatedCall {
    return this.#calls.get(connection) as SimulatedCall;
  }

  /** The record behind a payload, which must be as the source has emitted it. */
  #entryOf(payload: RecordPayload): BookEntry | undefined {
    const { findings, model, isOpenWorld } = this.#world;
    const { book } = model();
    const entry = book.entries[idOf(payload)];
    if (entry === undefined) {
      findings.report('conservation', `a record that was not emitted is sent: ${String(payload).slice(0, 80)}`);
      return undefined;
    }
    if (isOpenWorld) {
      return entry;
    }
    const expected = entry.record.payload;
    const isSame =
      typeof payload === 'string' || typeof expected !== 'object'
        ? payload === expected
        : Buffer.compare(payload, expected) === 0;
    findings.check(isSame, 'memory', () => `record ${entry.record.id} is sent as ${String(payload).slice(0, 80)}`);
    return entry;
  }
}
