import { map, Subject, takeUntil } from 'rxjs';
import { VirtualService } from '../virtualService.ts';
import { Findings } from './model/findings.ts';
import { SimulationModel } from './model/simulationModel.ts';
import { mix, Random } from './plan/random.ts';
import { keyOfRow } from './plan/simulatedRecord.ts';
import type { Place, SimulationPlan } from './plan/simulationPlan.ts';
import { SimulatedClock } from './simulatedClock.ts';
import type { SimulatedOptions } from './simulatedOptions.ts';
import type { RunReport, SimulatedInput, SimulatedPipeline } from './simulatedPipeline.ts';
import { SimulatedService } from './simulatedService.ts';
import { SimulatedSource } from './simulatedSource.ts';
import { SimulatedTaker } from './simulatedTaker.ts';
import { SimulatedTokens } from './simulatedTokens.ts';

/** A DescriptorProto of a message without fields: the service of a simulation does not read it. */
const descriptor = Uint8Array.of(0x0a, 0x01, 0x52);

/** The steps after which a run is taken for an endless loop. */
const MAX_STEPS = 20_000;

/** One run of a plan. */
export class SimulationRun {
  readonly findings: Findings;
  readonly #plan: SimulationPlan;
  readonly #pipeline: SimulatedPipeline;
  readonly #clock: SimulatedClock;
  readonly #model: SimulationModel;
  readonly #tokens: SimulatedTokens;
  readonly #source: SimulatedSource;
  readonly #service: SimulatedService;
  readonly #taker: SimulatedTaker;
  readonly #random: Random;
  readonly #controller: AbortController | undefined;
  readonly #stop$ = new Subject<void>();
  readonly #sourceError = new Error('The source has failed.');
  readonly #abortReason = new Error('The signal has aborted.');
  #lastRandom = 0;
  #callCounts = new Map<Place, number>();
  #isReentrant = false;
  #isDone = false;

  constructor(plan: SimulationPlan, pipeline: SimulatedPipeline, counters: Map<string, number>, hasTrace: boolean) {
    this.#plan = plan;
    this.#pipeline = pipeline;
    const aborts = plan.abortAtMs !== undefined || plan.reentry?.action === 'abort';
    this.#controller = aborts ? new AbortController() : undefined;
    this.#random = new Random(mix(plan.seed, 0x4a1d));
    const coin = new Random(mix(plan.seed, 0xc014));
    this.#clock = new SimulatedClock(coin.next, () => this.#afterStep());
    const now = (): number => this.#clock.frame;
    this.findings = new Findings(now, hasTrace, counters);
    const world = { plan, clock: this.#clock, findings: this.findings, model: () => this.#model };
    this.#tokens = new SimulatedTokens({ ...world, onHeaders: () => this.#within('headers') });
    this.#source = new SimulatedSource({ ...world, emits: pipeline.emits, error: this.#sourceError });
    this.#taker = new SimulatedTaker({ ...world, onRejected: () => this.#within('rejected') });
    const isOpenWorld = pipeline.emits === 'anything';
    this.#service = new SimulatedService({ ...world, tokens: this.#tokens, isOpenWorld });
    this.#model = new SimulationModel({
      plan,
      emits: pipeline.emits,
      findings: this.findings,
      now,
      sourceError: this.#sourceError,
      abortReason: () => (this.#controller?.signal.aborted === true ? this.#abortReason : undefined),
      lastRandom: () => this.#lastRandom,
      canRenew: plan.hasOAuth || plan.canRenew,
    });
  }

  /** What it has brought. */
  get report(): RunReport {
    const { book, table, output } = this.#model;
    const emitted = book.entries.map(({ record }) => record.id);
    return { end: output.end, emitted, stored: table.ids, trace: this.findings.trace ?? [] };
  }

  /** Runs it to its end. */
  run(): void {
    // Nothing reads the stacks of the many errors.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = this.findings.trace === undefined ? 0 : stackTraceLimit;
    this.#clock.run(() => {
      try {
        this.#start();
        this.#clock.flush();
      } catch (error) {
        this.findings.report('end', `an error that nothing handles: ${error instanceof Error ? error.stack : error}`);
      }
      if (this.findings.first === undefined) {
        this.#checkEnd();
      }
      this.#isDone = true;
      this.#stop$.next();
      this.#clock.drain();
    });
    Error.stackTraceLimit = stackTraceLimit;
    this.findings.count(`end ${this.#model.output.end ?? 'none'}`);
  }

  #start(): void {
    const { plan } = { plan: this.#plan };
    if (plan.unsubscribeAtMs !== undefined) {
      this.#clock.later(plan.unsubscribeAtMs, () => this.#unsubscribe());
    }
    if (plan.abortAtMs !== undefined) {
      this.#clock.later(plan.abortAtMs, () => this.#abort());
    }
    if (plan.faults.strikes('dead token', 0)) {
      const random = plan.faults.at('dead token', 0);
      for (let count = 0, at = 0; count < 3; count++) {
        at += random.between(0, random.pick([20, 500, 20_000]));
        this.#clock.later(at, () => {
          this.#tokens.kill();
          this.#service.onTokensDead();
        });
      }
    }
    const input: SimulatedInput = {
      values$: this.#source.values$,
      readings$: this.#source.values$.pipe(map(({ row }) => row as never)),
      values: { [Symbol.iterator]: () => this.#source.values() },
      onRow: (kind) =>
        this.#within(kind === 'unfit' && this.#plan.reentry?.place === 'unfit row' ? 'unfit row' : 'row'),
    };
    this.#pipeline
      .build(input, this.#options())
      .pipe(takeUntil(this.#stop$))
      .subscribe({
        next: (value) => {
          this.#model.onNext(value);
          this.#within('output');
          this.#source.onOutput();
        },
        error: (error) => {
          this.findings.log(() => `the error ${String((error as { code?: unknown }).code ?? error)}`);
          this.findings.count(`error ${String((error as { code?: unknown }).code ?? 'other')}`);
          this.#model.output.onError(error);
        },
        complete: () => {
          if (this.#model.output.end !== 'unsubscribed') {
            this.#model.output.onComplete();
          }
        },
      });
  }

  #options(): SimulatedOptions {
    const { limits, format, hasRejected } = this.#plan;
    const { hasKeys, streamPausedMaxWaitTimeMs, ...numbers } = limits;
    const isOpenWorld = this.#pipeline.emits === 'anything';
    return {
      ...numbers,
      ...(streamPausedMaxWaitTimeMs === undefined ? {} : { streamPausedMaxWaitTimeMs }),
      transport: new VirtualService(this.#service),
      headersProvider: this.#tokens.provider(),
      random: () => {
        this.#lastRandom = this.#random.next();
        return this.#lastRandom;
      },
      events: {
        next: (event) => {
          this.#model.onEvent(event);
          this.#within('events');
        },
      },
      ...(this.#controller === undefined ? {} : { signal: this.#controller.signal }),
      backpressure: {
        next: (isPaused) => {
          this.findings.log(() => (isPaused ? 'the source is asked to pause' : 'the source may resume'));
          this.#model.load.onPressure(isPaused);
          this.#within('backpressure');
          this.#source.onPressure(isPaused);
        },
      },
      ...(format === 'PROTO' && !isOpenWorld ? { descriptor } : {}),
      ...(hasRejected ? { rejected: (rejection) => this.#taker.takeIn(rejection) } : {}),
      ...(hasKeys && limits.streams > 1 && !isOpenWorld
        ? {
            partitionBy: (row) => {
              this.#within('key');
              return keyOfRow(row);
            },
          }
        : {}),
    };
  }

  /** Something of the user's is called: the plan may do something from within. */
  #within(place: Place): void {
    const { reentry } = this.#plan;
    if (reentry === undefined || reentry.place !== place || this.#isReentrant) {
      return;
    }
    const count = (this.#callCounts.get(place) ?? 0) + 1;
    this.#callCounts.set(place, count);
    if (count !== reentry.nth || this.#model.output.end !== undefined) {
      return;
    }
    this.findings.log(() => `within ${place}: ${reentry.action}`);
    this.findings.count(`reentry ${reentry.action} @ ${place}`);
    this.#isReentrant = true;
    switch (reentry.action) {
      case 'unsubscribe':
        this.#unsubscribe();
        break;
      case 'abort':
        this.#abort();
        break;
      case 'emit':
        this.#source.emit();
        break;
      default:
        this.#source.end();
    }
    this.#isReentrant = false;
  }

  #unsubscribe(): void {
    if (this.#model.output.end === undefined) {
      this.#model.output.onUnsubscribed();
      this.#stop$.next();
    }
  }

  #abort(): void {
    this.findings.log(() => 'the signal aborts');
    this.#controller?.abort(this.#abortReason);
  }

  /** Returns whether the run goes on. */
  #afterStep(): boolean {
    if (this.#isDone) {
      return false;
    }
    this.#model.afterStep();
    const { output } = this.#model;
    if (this.#clock.steps > MAX_STEPS) {
      this.findings.report('progress', `it has not ended after ${MAX_STEPS} steps`);
    }
    if (output.end === undefined && this.#clock.isIdle) {
      if (this.#plan.ending === 'never' || this.#taker.openCount > 0 || this.#pipeline.emits === 'anything') {
        this.#unsubscribe();
      } else {
        this.findings.report('progress', 'nothing happens any more, but the stream has not ended');
      }
    }
    return output.end === undefined && this.findings.first === undefined;
  }

  #checkEnd(): void {
    this.#model.checkEnd();
    const timers = this.#clock.drain();
    this.findings.check(timers === 0, 'end', () => `${timers} timers are left`);
    this.findings.check(this.#tokens.openCount === 0, 'end', () => 'a token request is left');
    this.findings.check(this.#taker.openCount === 0, 'end', () => 'something that takes a record in is left');
    this.findings.check(!this.#source.isAlive, 'end', () => 'the source is still subscribed to');
    this.#checkPipeline();
  }

  #checkPipeline(): void {
    try {
      this.#pipeline.check?.(this.report);
    } catch (error) {
      this.findings.report('pipeline', error instanceof Error ? error.message : String(error));
    }
  }
}
