import fc from 'fast-check';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { StreamConfigurationOptions } from '../../lib/sdk/zerobusSdk.ts';
import type { ZerobusStream } from '../../lib/sdk/zerobusStream.ts';
import { rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack, closeSignal, created } from '../support/scriptedTransport.ts';

type Step = 'record' | 'batch' | 'ack one' | 'ack all' | 'cut' | 'end' | 'signal' | 'wait' | 'wait long';

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>('record') },
  { weight: 3, arbitrary: fc.constant<Step>('batch') },
  { weight: 4, arbitrary: fc.constantFrom<Step>('ack one', 'ack all', 'wait') },
  { weight: 1, arbitrary: fc.constantFrom<Step>('cut', 'end', 'signal', 'wait long') },
);

/** A service that follows a course of failures, and remembers what it has acknowledged. */
class Course {
  readonly service = new ScriptedService();
  /** The records it has acknowledged, in that order. A record that was sent twice is here twice. */
  readonly durable: string[] = [];
  #linesRead = 0;
  #received: string[] = [];
  #acknowledged = 0;
  #isOpen = false;

  async open(options: StreamConfigurationOptions): Promise<ZerobusStream> {
    const creation = this.service.create(options);
    this.advance(0);
    return creation;
  }

  /** Advances the clock, creates the stream on a new connection, and reads what the client has sent. */
  advance(ms: number): void {
    this.service.advance(ms);
    this.#read();
    if (!this.#isOpen && this.service.seen.at(-1)?.includes('create') === true) {
      this.#isOpen = true;
      this.service.send(created());
      this.#read();
    }
  }

  acknowledge(count: number): void {
    const acknowledged = Math.min(this.#received.length, this.#acknowledged + count);
    if (!this.#isOpen || acknowledged === 0) {
      return;
    }
    for (; this.#acknowledged < acknowledged; this.#acknowledged++) {
      this.durable.push(...(this.#received[this.#acknowledged] ?? '').split(' '));
    }
    this.service.send(ack(acknowledged - 1));
    this.advance(0);
  }

  leave(how: () => void): void {
    if (!this.#isOpen) {
      return;
    }
    this.#isOpen = false;
    how();
    this.advance(0);
  }

  #read(): void {
    for (; this.#linesRead < this.service.seen.length; this.#linesRead++) {
      const line = this.service.seen[this.#linesRead] ?? '';
      const [, offset, records = ''] = / batch (\d+): (.*)$/.exec(line) ?? [];
      if (offset !== undefined) {
        if (Number(offset) !== this.#received.length) {
          throw new Error(`a gap in the offsets: ${line}`);
        }
        this.#received.push(records);
      } else if (line.includes(' create ') || line.includes(' cancel')) {
        this.#isOpen = false;
        this.#received = [];
        this.#acknowledged = 0;
      }
    }
  }
}

/** The submissions to a stream, and their outcomes. */
class Submitted {
  readonly records: string[] = [];
  readonly outcomes: Promise<number | null | string>[] = [];

  add(stream: ZerobusStream, size: number | undefined): void {
    const from = this.records.length;
    const batch = Array.from({ length: size ?? 1 }, (_, index) => `{"n":${from + index}}`);
    this.records.push(...batch);
    const outcome = size === undefined ? stream.ingestRecord(batch[0] ?? '') : stream.ingestRecords(batch);
    this.outcomes.push(outcome.catch(({ code }: ZerobusError) => code));
  }
}

function run(course: Course, stream: ZerobusStream, submitted: Submitted, steps: readonly Step[]): void {
  for (const current of steps) {
    if (current === 'record') {
      submitted.add(stream, undefined);
    } else if (current === 'batch') {
      submitted.add(stream, 3);
    } else if (current === 'ack one') {
      course.acknowledge(1);
    } else if (current === 'ack all') {
      course.acknowledge(Number.POSITIVE_INFINITY);
    } else if (current === 'cut') {
      course.leave(() => course.service.fail(new ZerobusError('UNAVAILABLE', 'cut')));
    } else if (current === 'end') {
      course.leave(() => course.service.end());
    } else if (current === 'signal') {
      course.service.send(closeSignal(500));
    }
    course.advance(current === 'wait long' ? 60_000 : current === 'wait' ? 1000 : 0);
  }
}

/** Returns each record once, at its first place. */
const firsts = (records: readonly string[]): string[] => [...new Set(records)];

describe('ZerobusStream, whatever happens', () => {
  const options = { recoveryRetries: Number.POSITIVE_INFINITY, recoveryBackoffMaxMs: 2000 };
  const bounds = fc.record({
    maxInflightRecords: fc.integer({ min: 1, max: 10 }),
    maxBatchRecords: fc.integer({ min: 1, max: 4 }),
  });

  it('makes every record durable, in order, and resolves each submission with its offset', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), bounds, async (steps, bound) => {
        const course = new Course();
        const stream = await course.open({ ...options, ...bound });
        const submitted = new Submitted();
        run(course, stream, submitted, steps);
        const closed = stream.close();
        for (let round = 0; !stream.isClosed; round++) {
          if (round > 1000) {
            throw new Error(`the stream does not close:\n${course.service.seen.join('\n')}`);
          }
          course.advance(1000);
          course.acknowledge(Number.POSITIVE_INFINITY);
        }
        await closed;
        expect(firsts(course.durable)).toEqual(submitted.records);
        expect(await Promise.all(submitted.outcomes)).toEqual(submitted.outcomes.map((_, offset) => offset));
        expect(await stream.getUnackedRecords()).toEqual([]);
        expect(course.service.timerCount).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('hands back exactly what was accepted and not acknowledged when it fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), bounds, async (steps, bound) => {
        const course = new Course();
        const stream = await course.open({ ...options, ...bound });
        const submitted = new Submitted();
        run(course, stream, submitted, steps);
        // A final failure is noticed on an open connection only.
        for (let round = 0; stream.stats.state !== 'open' && round < 100; round++) {
          course.advance(1000);
        }
        const { nextOffset, durableOffset } = stream.stats;
        const flushed = rejectionOf(stream.flush().then(() => stream.acks$.forEach(() => {})));
        course.service.fail(new ZerobusError('NOT_FOUND', 'table dropped'));
        expect((await flushed).code).toBe('NOT_FOUND');
        const unacked = await stream.getUnackedRecords();
        const durable = firsts(course.durable);
        expect([...durable, ...unacked]).toEqual(submitted.records.slice(0, durable.length + unacked.length));
        expect(await Promise.all(submitted.outcomes)).toEqual(
          submitted.outcomes.map((_, offset) => (offset <= durableOffset ? offset : 'NOT_FOUND')),
        );
        expect((await stream.getUnackedBatches()).length).toBe(nextOffset - 1 - durableOffset);
        expect(course.service.timerCount).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
