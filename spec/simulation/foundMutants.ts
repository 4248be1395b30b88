import type { Mutant } from './mutant.ts';

/** What the simulation has found: the client without each of the mends. */
export const foundMutants: readonly Mutant[] = [
  {
    name: 'a value that is emitted from within another comes before it',
    file: 'lib/stream/ingestSource.js',
    from: 'if (isTaking) {\n                waiting.push(() =>',
    to: 'if (false) {\n                waiting.push(() =>',
  },
  {
    name: 'a source that completes from within a value loses it',
    file: 'lib/stream/ingestSource.js',
    from: 'if (isTaking) {\n            waiting.push(end);',
    to: 'if (false) {\n            waiting.push(end);',
  },
  {
    name: 'a value that unsubscribes is rejected afterwards',
    file: 'lib/stream/ingestSource.js',
    from: 'if (subscriber.closed) {\n                return;\n            }\n            const refusal',
    to: 'const refusal',
  },
  {
    name: 'a watermark follows a higher one',
    file: 'lib/stream/ingestion.js',
    from: 'filter((event) => this.#isAhead(event)),',
    to: '',
  },
  {
    name: 'the last watermark has no event',
    file: 'lib/stream/ingestion.js',
    from: '.pipe(tap((event) => reporter.onSessionEvent(event, this.#outbox)))',
    to: '',
  },
  {
    name: 'events follow the end',
    file: 'lib/stream/eventReporter.js',
    from: 'if (this.#isClosed) {',
    to: 'if (false) {',
  },
  {
    name: 'backpressure is notified out of date',
    file: 'lib/stream/eventReporter.js',
    from: 'if (latest === isHigh && notified !== isHigh) {',
    to: 'if (true) {',
  },
  {
    name: 'acks behind a rejected record do not resume the source',
    file: 'lib/stream/ingestion.js',
    from: 'if (this.#outbox.isHolding) {',
    to: 'if (false) {',
  },
  {
    name: 'a session goes on after an observer has ended it',
    file: 'lib/stream/session.js',
    from: "this.#phase = 'closing';\n        this.#deadline?.unsubscribe();",
    to: 'this.#deadline?.unsubscribe();',
  },
  {
    name: 'a record lingers after an observer has ended the stream',
    file: 'lib/stream/ingestion.js',
    from: 'this.#outbox.isReleased || this.#isOver) {',
    to: 'this.#outbox.isReleased) {',
  },
  {
    name: 'a stream drains after an observer has ended it',
    file: 'lib/stream/ingestion.js',
    from: 'startDrain() {\n        if (this.#isOver) {',
    to: 'startDrain() {\n        if (false) {',
  },
  {
    name: 'a pull takes another turn after its end',
    file: 'operators/pull.js',
    from: 'if (!isTurnDue && !subscriber.closed) {',
    to: 'if (!isTurnDue) {',
  },
];
