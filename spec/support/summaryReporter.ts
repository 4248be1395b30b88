/** Options of {@link SummaryReporter}. */
export interface SummaryReporterOptions {
  /** Called with each line of the report. Defaults to standard output. */
  readonly print?: (line: string) => void;
  /** The number of slowest specs to list. Defaults to 5. */
  readonly slowest?: number;
}

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** A spec that takes at least this long is listed as slow. */
const SLOW_MS = 250;

/**
 * Prints a line for every outermost suite when it ends. At the end it prints failures with their stacks, skipped specs
 * with their reasons, the slowest specs and, as the very last line, `N passed, N failed, N skipped`.
 *
 * A failure outside of a spec counts as failed too: an `afterAll`, an unhandled rejection, a run that ends early, or a
 * focused spec. The last line therefore never looks better than the run was. The process exits with a code other than 0
 * if anything failed, or if nothing ran.
 */
export class SummaryReporter implements jasmine.CustomReporter {
  readonly #print: (line: string) => void;
  readonly #slowest: number;
  readonly #total: Tally = { passed: 0, failed: 0, skipped: 0 };
  readonly #failures: string[] = [];
  readonly #skips: string[] = [];
  readonly #durations: { readonly name: string; readonly ms: number }[] = [];
  readonly #warnings: string[] = [];
  readonly #running: string[] = [];
  #suite: Tally = { passed: 0, failed: 0, skipped: 0 };
  #isDone = false;

  constructor(options: SummaryReporterOptions = {}) {
    this.#print = options.print ?? ((line) => void process.stdout.write(`${line}\n`));
    this.#slowest = options.slowest ?? 5;
    process.once('exit', (code) => this.#exit(code));
  }

  suiteStarted(result: jasmine.SuiteResult): void {
    if (this.#running.length === 0) {
      this.#suite = { passed: 0, failed: 0, skipped: 0 };
    }
    this.#running.push(result.fullName);
  }

  specStarted(result: jasmine.SpecResult): void {
    this.#running.push(result.fullName);
  }

  specDone(result: jasmine.SpecResult): void {
    this.#running.pop();
    this.#collectWarnings(result.fullName, result.deprecationWarnings);
    if (result.status === 'excluded') {
      return;
    }
    if (result.status === 'passed') {
      this.#count('passed');
    } else if (result.status === 'failed') {
      this.#fail(result.fullName, result.failedExpectations);
    } else {
      this.#count('skipped');
      this.#skips.push(
        `${result.fullName}: ${result.notApplicableReason || result.pendingReason || 'no reason given'}`,
      );
    }
    this.#durations.push({ name: result.fullName, ms: result.duration ?? 0 });
  }

  suiteDone(result: jasmine.SuiteResult): void {
    this.#running.pop();
    this.#collectWarnings(result.fullName, result.deprecationWarnings);
    if (result.failedExpectations.length > 0) {
      this.#fail(`${result.fullName} (outside of its specs)`, result.failedExpectations);
    }
    if (this.#running.length > 0) {
      return;
    }
    const { passed, failed, skipped } = this.#suite;
    if (passed + failed + skipped === 0) {
      return;
    }
    const counts = [`${passed} passed`];
    if (failed > 0) {
      counts.push(`${failed} FAILED`);
    }
    if (skipped > 0) {
      counts.push(`${skipped} skipped`);
    }
    this.#print(
      `${failed > 0 ? 'not ok' : 'ok'}  ${result.fullName}: ${counts.join(', ')} (${result.duration ?? 0} ms)`,
    );
  }

  jasmineDone(details: jasmine.JasmineDoneInfo): void {
    this.#isDone = true;
    this.#collectWarnings('jasmine', details.deprecationWarnings);
    if (details.failedExpectations.length > 0) {
      this.#fail('outside of any suite', details.failedExpectations);
    }
    if (details.overallStatus === 'incomplete') {
      this.#failRun(`incomplete run: ${details.incompleteReason}`);
    } else if (this.#total.passed + this.#total.failed === 0) {
      this.#failRun('incomplete run: no spec ran');
    }
    this.#report();
    if (details.order?.random) {
      this.#print(`random order, seed ${details.order.seed} (again with --seed=${details.order.seed})`);
    }
    this.#print(`took ${(details.totalTime / 1000).toFixed(1)} s`);
    this.#summarize();
  }

  /** Load errors and calls of `process.exit` in a spec end a run without a notification from jasmine. */
  #exit(code: number): void {
    if (!this.#isDone) {
      const where = this.#running.at(-1);
      this.#failRun(`the run ended before its end${where === undefined ? '' : `, in: ${where}`}`);
      this.#report();
      this.#summarize();
    }
    if (code === 0 && this.#total.failed > 0) {
      process.exitCode = 1;
    }
  }

  #count(status: keyof Tally): void {
    this.#total[status]++;
    this.#suite[status]++;
  }

  #fail(name: string, expectations: readonly jasmine.FailedExpectation[]): void {
    this.#count('failed');
    const texts = expectations.map(({ message, stack }) => indent(message, stack));
    this.#failures.push([name, ...texts].join('\n'));
  }

  #failRun(reason: string): void {
    this.#count('failed');
    this.#failures.push(reason);
  }

  #collectWarnings(name: string, warnings: readonly { readonly message: string }[]): void {
    for (const { message } of warnings) {
      this.#warnings.push(`${name}: ${message}`);
    }
  }

  #report(): void {
    const slow = this.#durations.filter(({ ms }) => ms >= SLOW_MS).sort((a, b) => b.ms - a.ms);
    this.#list(
      'slowest',
      slow.slice(0, this.#slowest).map(({ name, ms }) => `${ms} ms  ${name}`),
    );
    this.#list('deprecated', this.#warnings);
    this.#list('skipped', this.#skips);
    this.#list('failed', this.#failures);
  }

  #list(title: string, lines: readonly string[]): void {
    if (lines.length === 0) {
      return;
    }
    this.#print(`\n${title}:`);
    for (const line of lines) {
      this.#print(`- ${line.replaceAll('\n', '\n  ')}`);
    }
    if (title === 'failed') {
      this.#print('');
    }
  }

  #summarize(): void {
    const { passed, failed, skipped } = this.#total;
    this.#print(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}

function indent(message: string, stack: string | undefined): string {
  // Only some of jasmine's stacks begin with the message.
  const text = stack === undefined || stack === '' ? message : stack.includes(message) ? stack : `${message}\n${stack}`;
  return `  ${text.trimEnd().replaceAll('\n', '\n  ')}`;
}
