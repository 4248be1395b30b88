import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { asyncKind } from '../../errors/asyncKind.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';
import { type ArrivalsExpectation, Expectations } from './expectations.ts';
import { FrameEnds } from './frameEnds.ts';
import { PlayedService } from './playedService.ts';
import type { ScriptedZerobus } from './scriptedZerobus.ts';
import type { ZerobusScript } from './zerobusScript.ts';

/** The helpers of a {@link zerobusTest}: those of `TestScheduler.run`, and the scripted service. */
export interface ZerobusTestHelpers extends RunHelpers {
  /**
   * Creates a Zerobus that diagrams script.
   *
   * @param script what it does. Defaults to a service that acknowledges each batch when it arrives.
   */
  zerobus(script?: ZerobusScript): ScriptedZerobus;
  /**
   * Expects batches to arrive at a service, in the frames and with the rows of a diagram.
   *
   * @param service the service
   */
  expectArrivals(service: ScriptedZerobus): ArrivalsExpectation;
}

/**
 * Runs a test in virtual time, with a Zerobus that diagrams script.
 *
 * It is `TestScheduler.run` of rxjs with more helpers. The client behind the pipeline runs as in production, in virtual
 * time: no test waits, and no socket, promise or timer is used. In a diagram that is expected, digits are numbers, and
 * letters have the values that `cold` and `hot` give them, unless `toBe` is called with values. When expectations fail,
 * it throws an error that draws what was expected and what happened.
 *
 * @example
 * ```ts
 * import { toZerobus } from 'rxjs-zerobus';
 * import { zerobusTest } from 'rxjs-zerobus/testing';
 *
 * zerobusTest(({ cold, zerobus, expectObservable, expectArrivals }) => {
 *   const service = zerobus({ acks: '---0--#--1|' });
 *   const readings$ = cold('         -a--b|', { a: { temp: 1 }, b: { temp: 2 } });
 *   const durable$ = readings$.pipe(toZerobus('main.iot.readings', service.options));
 *   expectObservable(durable$).toBe('---0-----(1|)');
 *   expectArrivals(service).toBe('   -a--b-b');
 * });
 * ```
 *
 * @param test the test; it must not be async
 * @throws Error if an expectation fails
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the test is async, or if a diagram of the service is malformed
 */
export function zerobusTest(test: (helpers: ZerobusTestHelpers) => void): void {
  const services: PlayedService[] = [];
  const expectations = new Expectations();
  const scheduler = new TestScheduler(expectations.compareNext);
  const frameEnds = new FrameEnds(scheduler);
  scheduler.run((helpers) => {
    const { cold, hot, flush } = helpers;
    const answer: unknown = test({
      ...helpers,
      cold: (diagram, values, error) => {
        expectations.letters.add(values ?? {});
        return cold(diagram, values, error);
      },
      hot: (diagram, values, error) => {
        expectations.letters.add(values ?? {});
        return hot(diagram, values, error);
      },
      flush: () => {
        flush();
        expectations.check(services);
      },
      expectObservable: expectations.observable(helpers.expectObservable),
      expectSubscriptions: expectations.subscriptions(helpers.expectSubscriptions),
      zerobus: (script = {}) => {
        const service = new PlayedService(script, frameEnds);
        services.push(service);
        return service;
      },
      expectArrivals: (service) => {
        const known = services.find((each) => each === service);
        if (known === undefined) {
          throw new ZerobusError('INVALID_OPTIONS', 'expectArrivals needs a service of the same test: call zerobus().');
        }
        return expectations.arrivals(known);
      },
    });
    if (typeof answer === 'object' && answer !== null && asyncKind(answer) !== undefined) {
      throw new ZerobusError(
        'INVALID_OPTIONS',
        'The test of zerobusTest must not be async: promises do not run in virtual time. Await what it needs before.',
      );
    }
  });
  expectations.check(services);
}
