import type { RunHelpers } from 'rxjs/testing';
import { arrivalsMismatch } from '../drawing/arrivalsMismatch.ts';
import { describeMismatch, type Mismatch } from '../drawing/describeMismatch.ts';
import { type DrawnInterval, intervalsMismatch } from '../drawing/intervalsMismatch.ts';
import { lettersIn, type Message, messagesMismatch } from '../drawing/messagesMismatch.ts';
import { Letters } from './letters.ts';
import { parseArrivals } from './parseArrivals.ts';
import type { PlayedService } from './playedService.ts';

/** What is expected to arrive at a service. */
export interface ArrivalsExpectation {
  /**
   * States the batches that arrive, in a diagram.
   *
   * @param diagram a letter is a batch of one row, `(ab)` is one batch of two rows, and `(a,bc)` are two batches in one
   * frame
   * @param values the rows of letters. Defaults to the values that the sources of the test give them.
   */
  toBe(diagram: string, values?: Readonly<Record<string, unknown>>): void;
}

/** Compares what happened with what was expected, as rxjs recorded them. */
type Compare = (actual: unknown, expected: unknown) => Mismatch | undefined;

interface Expectation {
  readonly what: string;
  /** Undefined until `toBe` is called. */
  compare?: Compare;
  /** Knows the place in the test that called `toBe`. */
  site?: Error;
}

/** The expectations of a test. They draw what differs, all of it, when the test is over. */
export class Expectations {
  /** The letters of the sources. */
  readonly letters: Letters = new Letters();
  /** Those that rxjs compares, in its order. */
  readonly #queue: Expectation[] = [];
  readonly #arrivals: Expectation[] = [];
  readonly #failures: { readonly text: string; readonly site: Error | undefined }[] = [];

  /** Compares the next expectation that rxjs keeps, as the `assertDeepEqual` of its scheduler. */
  readonly compareNext: (actual: unknown, expected: unknown) => void = (actual, expected) => {
    const next = this.#queue.find(({ compare }) => compare !== undefined);
    if (next !== undefined) {
      this.#queue.splice(this.#queue.indexOf(next), 1);
      this.#compare(next, actual, expected);
    }
  };

  /** Wraps `expectObservable` of rxjs. */
  observable(expectObservable: RunHelpers['expectObservable']): RunHelpers['expectObservable'] {
    return (observable, subscription) => {
      const { toBe, toEqual } = expectObservable(observable, subscription);
      const expectation = this.#queued('expectObservable');
      const compareTo =
        (letters: readonly string[], values: Readonly<Record<string, unknown>>): Compare =>
        (actual, messages) =>
          messagesMismatch(actual as readonly Message[], { messages: messages as readonly Message[], letters, values });
      return {
        toBe: (diagram, own, error) => {
          const values = this.letters.valuesOf(diagram, own);
          state(expectation, compareTo(lettersIn(diagram), values));
          toBe(diagram, values, error);
        },
        toEqual: (other) => {
          state(expectation, compareTo([], {}));
          toEqual(other);
        },
      };
    };
  }

  /** Wraps `expectSubscriptions` of rxjs. */
  subscriptions(expectSubscriptions: RunHelpers['expectSubscriptions']): RunHelpers['expectSubscriptions'] {
    return (logs) => {
      const { toBe } = expectSubscriptions(logs);
      const expectation = this.#queued('expectSubscriptions');
      return {
        toBe: (diagrams) => {
          state(expectation, (actual, expected) =>
            intervalsMismatch(actual as readonly DrawnInterval[], expected as readonly DrawnInterval[]),
          );
          toBe(diagrams);
        },
      };
    };
  }

  /** Expects batches to arrive at a service. */
  arrivals(service: PlayedService): ArrivalsExpectation {
    return {
      toBe: (diagram, own) => {
        const values = this.letters.valuesOf(diagram, own);
        const expected = parseArrivals(diagram);
        const expectation: Expectation = { what: 'expectArrivals' };
        state(expectation, () => arrivalsMismatch(service.arrivals, expected, values, service.rowForm));
        this.#arrivals.push(expectation);
      },
    };
  }

  /** Fails the test with all that differs so far, and with what its services could not do. */
  check(services: readonly PlayedService[]): void {
    for (const expectation of this.#arrivals.splice(0)) {
      this.#compare(expectation);
    }
    const failures = this.#failures.splice(0);
    // A diagram that the service can't follow is the likely cause of everything else.
    const mistakes = services.flatMap((service) => service.mistakes.splice(0));
    const texts = [...mistakes, ...failures.map(({ text }) => text)];
    if (texts.length > 0) {
      const notes = services.flatMap((service) => service.notes);
      throw failure([...texts, ...notes].join('\n\n'), failures[0]?.site);
    }
  }

  #queued(what: string): Expectation {
    const expectation = { what };
    this.#queue.push(expectation);
    return expectation;
  }

  #compare({ what, compare, site }: Expectation, actual?: unknown, expected?: unknown): void {
    const mismatch = compare?.(actual, expected);
    if (mismatch !== undefined) {
      this.#failures.push({ text: describeMismatch(what, mismatch), site });
    }
  }
}

/** Completes an expectation, and notes the place in the test that does so. Only `toBe` and `toEqual` call it. */
function state(expectation: Expectation, compare: Compare): void {
  expectation.compare = compare;
  expectation.site = new Error(expectation.what);
}

/**
 * Creates the error of a test. Its stack leads to the expectation that failed first. It is no `AssertionError`, since
 * jest buries the message of these in a comparison of its own.
 */
function failure(text: string, site: Error | undefined): Error {
  const error = new Error(text);
  const frames = site?.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  if (frames !== undefined) {
    // Without `state` and `toBe`.
    error.stack = [`${error.name}: ${text}`, ...frames.slice(2)].join('\n');
  }
  return error;
}
