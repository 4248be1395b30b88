import { ZerobusError, type ZerobusErrorCode } from '../../errors/zerobusError.ts';
import type { ReceivedBatch, VirtualConnection } from '../virtualConnection.ts';
import { createBadly } from './badCreation.ts';
import type { CallModel, ServiceSignal } from './model/callModel.ts';
import type { BookEntry } from './model/recordBook.ts';
import type { FaultKind } from './plan/faultKinds.ts';
import type { Random } from './plan/random.ts';
import { contentStatuses, statuses } from './plan/statuses.ts';
import type { ServiceWorld } from './serviceWorld.ts';
import { SimulatedAcks } from './simulatedAcks.ts';

/** One call of a run, from the side of the service. */
export class SimulatedCall {
  readonly #world: ServiceWorld;
  readonly #connection: VirtualConnection;
  readonly #model: CallModel;
  readonly #acks: SimulatedAcks;
  readonly #isCalm: boolean;
  readonly #resetAfterBytes: number;
  #byteCount = 0;
  #arrived = 0;
  #isSilent = false;
  /** Whether nothing that arrives is stored any more. */
  #refuses = false;
  #hasSignaled = false;
  #awaitsEnd = false;

  constructor(world: ServiceWorld, connection: VirtualConnection, model: CallModel) {
    this.#world = world;
    this.#connection = connection;
    this.#model = model;
    this.#acks = new SimulatedAcks({
      plan: world.plan,
      has: (kind, offset) => this.#has(kind, offset),
      at: (kind, offset) => this.#at(kind, offset),
      later: (delayMs, act) => this.#later(delayMs, act),
      ack: (offset) => this.#ack(offset),
      sendGarbage: () => this.#deliver({ kind: 'garbage' }, () => connection.send(Uint8Array.of(0xff))),
      sentCount: () => model.batches.length,
    });
    const { number } = connection;
    this.#isCalm = number >= world.plan.calmFrom * world.plan.limits.streams;
    this.#resetAfterBytes = this.#has('reset after bytes')
      ? this.#at('reset after bytes').between(1, 600)
      : Number.POSITIVE_INFINITY;
    if (this.#has('slow drain')) {
      connection.room = this.#at('slow drain').between(1, 4);
    }
  }

  open(): void {
    const { plan } = this.#world;
    if (this.#has('refused connection')) {
      this.#fail(this.#at('refused connection').pick(statuses));
    } else if (this.#has('failed connection')) {
      const random = this.#at('failed connection');
      this.#later(random.between(0, 60), () => this.#fail(random.pick(statuses)));
    } else if (this.#has('cut')) {
      const random = this.#at('cut');
      this.#later(plan.upMs + random.between(0, random.pick([3, 30, 400, 40_000])), () => this.#fail('UNAVAILABLE'));
    }
  }

  onCreate(): void {
    const { plan, tokens } = this.#world;
    this.#model.onCreate();
    this.#tellWritable();
    if (this.#has('hung creation')) {
      this.#isSilent = true;
      return;
    }
    const slow = this.#has('slow creation')
      ? this.#at('slow creation').between(1, 1.5 * plan.limits.recoveryTimeoutMs)
      : 0;
    this.#later(plan.upMs + plan.downMs + slow, () => {
      if (!tokens.isAlive(this.#connection.headers)) {
        this.#fail('UNAUTHENTICATED');
      } else if (this.#has('refused headers')) {
        this.#fail(this.#at('refused headers').pick(['UNAUTHENTICATED', 'PERMISSION_DENIED']));
      } else if (this.#has('bad creation')) {
        createBadly(this.#at('bad creation'), {
          ack: () => this.#ack(0),
          signalClose: () =>
            this.#deliver({ kind: 'close signal', durationMs: 5 }, () => this.#connection.signalClose(5)),
          createWithoutId: () => this.#deliver({ kind: 'garbage' }, () => this.#connection.create('')),
          end: () => this.#end(),
          create: () => this.#create(),
          createAgain: () =>
            this.#later(plan.downMs, () => this.#deliver({ kind: 'created' }, () => this.#connection.create())),
        });
      } else {
        this.#create();
      }
    });
  }

  onBatch(batch: ReceivedBatch, entries: BookEntry[]): void {
    const { clock, findings, plan } = this.#world;
    const { physicalOffset, message } = batch;
    this.#model.onBatch(physicalOffset, entries, this.#connection.room > 0);
    this.#tellWritable();
    const copy = Buffer.from(message);
    this.#byteCount += message.length;
    const isReset = this.#byteCount > this.#resetAfterBytes;
    clock.later(plan.upMs, () => {
      if (this.#connection.isOver || this.#isSilent) {
        return;
      }
      findings.check(copy.equals(message), 'memory', () => `batch ${physicalOffset} changes before it has left`);
      if (isReset) {
        this.#fail('UNAVAILABLE');
      } else {
        this.#arrive(physicalOffset, entries);
      }
    });
  }

  onHalfClose(): void {
    const { plan } = this.#world;
    this.#model.onHalfClose();
    this.#awaitsEnd = true;
    const random = this.#at('bad close');
    const way = this.#has('bad close') ? random.pick(['never', 'failure', 'late'] as const) : 'end';
    if (way !== 'never') {
      this.#later(plan.upMs + plan.downMs + (way === 'late' ? random.between(1, 3000) : 0), () =>
        way === 'failure' ? this.#fail(random.pick(statuses)) : this.#end(),
      );
    }
  }

  onCancel(): void {
    this.#model.onOver();
  }

  onTokensDead(): void {
    if (!this.#connection.isOver && !this.#isCalm && this.#model.wasCreated) {
      this.#later(this.#world.plan.downMs, () => this.#fail('UNAUTHENTICATED'));
    }
  }

  #create(): void {
    this.#deliver({ kind: 'created' }, () => this.#connection.create());
    if (this.#has('idle close signal')) {
      const random = this.#at('idle close signal');
      this.#later(random.between(0, random.pick([5, 100, 2000])), () => this.#signalClose(random));
    }
  }

  #arrive(offset: number, entries: BookEntry[]): void {
    const { plan, findings, clock } = this.#world;
    findings.check(offset === this.#arrived, 'wire', () => `batch ${offset} arrives as number ${this.#arrived}`);
    this.#arrived++;
    if (entries.some(({ record }) => record.kind === 'bad')) {
      this.#later(plan.downMs, () => this.#fail(this.#at('bad record', offset).pick(contentStatuses)));
      this.#refuses = true;
    }
    if (this.#refuses) {
      return;
    }
    if (this.#has('silence', offset)) {
      this.#isSilent = true;
      return;
    }
    const random = this.#at('status', offset);
    if (this.#has('status', offset)) {
      const code = random.pick(statuses);
      if (random.chance(0.5)) {
        this.#refuses = true;
        this.#later(plan.downMs, () => this.#fail(code));
        return;
      }
      this.#later(plan.flushMs + plan.downMs, () => this.#fail(code));
    }
    clock.later(plan.flushMs, () => this.#store(offset, entries));
  }

  #store(offset: number, entries: BookEntry[]): void {
    const { model, plan } = this.#world;
    if (this.#isSilent || this.#refuses) {
      return;
    }
    for (const { record } of entries) {
      model().table.store(record.id);
    }
    if (this.#connection.isOver) {
      return;
    }
    if (this.#has('early end', offset)) {
      this.#later(plan.downMs, () => this.#end());
    }
    if (this.#has('close signal', offset)) {
      this.#later(this.#at('close signal', offset).between(0, 5), () =>
        this.#signalClose(this.#at('close signal', offset)),
      );
    }
    this.#acks.answer(offset);
  }

  #signalClose(random: Random): void {
    if (this.#hasSignaled || this.#awaitsEnd) {
      return;
    }
    this.#hasSignaled = true;
    const durationMs = random.pick([0, 5, 50, 1000]);
    this.#deliver({ kind: 'close signal', durationMs }, () => this.#connection.signalClose(durationMs));
    const afterwards = random.pick(['end', 'end', 'late', 'failure', 'never', 'twice'] as const);
    if (afterwards === 'twice') {
      this.#later(1, () =>
        this.#deliver({ kind: 'close signal', durationMs: 1 }, () => this.#connection.signalClose(1)),
      );
    } else if (afterwards === 'failure') {
      this.#later(durationMs, () => this.#fail(random.pick(statuses)));
    } else if (afterwards !== 'never') {
      this.#later(durationMs + (afterwards === 'late' ? 300 : 0), () => this.#end());
    }
  }

  #ack(offset: number | undefined): void {
    this.#deliver({ kind: 'ack', offset }, () => this.#connection.ack(offset));
  }

  #end(): void {
    this.#deliver({ kind: 'end' }, () => this.#connection.end());
  }

  #fail(code: ZerobusErrorCode): void {
    const error = new ZerobusError(code, `The service says ${code}.`);
    this.#deliver({ kind: 'failure', error }, () => this.#connection.fail(error));
  }

  #deliver(signal: ServiceSignal, act: () => void): void {
    if (!this.#connection.isOver) {
      this.#world.model().deliver(this.#model, signal, act);
    }
  }

  /** Lets a connection that is full take more after a while. */
  #tellWritable(): void {
    if (this.#connection.room > 0) {
      return;
    }
    this.#model.isWritable = false;
    const random = this.#at('slow drain', this.#byteCount);
    this.#later(random.between(1, random.pick([3, 50, 1000])), () => {
      this.#model.isWritable = true;
      this.#world.findings.log(() => `call ${this.#connection.number} drains`);
      this.#connection.drain(random.between(1, 4));
    });
  }

  #later(delayMs: number, act: () => void): void {
    this.#world.clock.later(delayMs, () => {
      if (!this.#connection.isOver && !this.#isSilent) {
        act();
      }
    });
  }

  #has(kind: FaultKind, place: number = 0): boolean {
    const { number } = this.#connection;
    if (this.#isCalm || !this.#world.plan.faults.strikes(kind, number, place)) {
      return false;
    }
    const { findings } = this.#world;
    findings.count(`fault ${kind} @ ${this.#model.phase}`);
    findings.log(() => `fault on call ${number}: ${kind}`);
    return true;
  }

  #at(kind: FaultKind, place: number = 0): Random {
    return this.#world.plan.faults.at(kind, this.#connection.number, place);
  }
}
