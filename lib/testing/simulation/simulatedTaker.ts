import { EMPTY, Observable, type ObservableInput, throwError } from 'rxjs';
import type { Findings } from './model/findings.ts';
import type { SimulationModel } from './model/simulationModel.ts';
import type { SimulationPlan } from './plan/simulationPlan.ts';
import type { SimulatedClock } from './simulatedClock.ts';
import type { SimulatedRejection } from './simulatedOptions.ts';

/** What takes rejected records in during a run needs. */
export interface TakerWorld {
  readonly plan: SimulationPlan;
  readonly clock: SimulatedClock;
  readonly findings: Findings;
  readonly model: () => SimulationModel;
  /** Called with each record. */
  readonly onRejected: () => void;
}

/** Takes rejected records in: at once, later, never, or with an error. */
export class SimulatedTaker {
  /** The number of records that the client waits for. */
  openCount = 0;
  readonly #world: TakerWorld;
  #count = 0;

  constructor(world: TakerWorld) {
    this.#world = world;
  }

  /** The option `rejected`. */
  takeIn({ offset, record, error }: SimulatedRejection): ObservableInput<unknown> | undefined {
    const { plan, clock, findings, onRejected } = this.#world;
    const model = this.#world.model();
    const { faults } = plan;
    const number = this.#count++;
    const entry = model.onRejected(offset, record, error);
    onRejected();
    if (entry === undefined) {
      return undefined;
    }
    const onTakenIn = (): void => {
      findings.log(() => `record ${offset} is taken in`);
      model.book.move(entry, 'takenIn');
    };
    if (faults.strikes('failing taker', number)) {
      model.expectedFailure = 'REJECTION_FAILED';
      if (number % 2 === 0) {
        throw new Error('The disk is full.');
      }
      return throwError(() => new Error('The disk is full.'));
    }
    if (faults.strikes('lost taker', number)) {
      return this.#later(() => () => {});
    }
    if (faults.strikes('slow taker', number)) {
      const delayMs = faults.at('slow taker', number).between(0, 200);
      return this.#later((done) =>
        clock.later(delayMs, () => {
          onTakenIn();
          done();
        }),
      );
    }
    onTakenIn();
    return number % 2 === 0 ? undefined : EMPTY;
  }

  #later(start: (done: () => void) => () => void): Observable<never> {
    return new Observable((subscriber) => {
      this.openCount++;
      const cancel = start(() => subscriber.complete());
      return () => {
        this.openCount--;
        cancel();
      };
    });
  }
}
