import type { SpecNote } from './specNote.ts';

/**
 * Tells what happens in this process as notes, which a `Report` collects here or in the process that started
 * this one. A failure outside of a spec counts as failed too: an `afterAll`, an unhandled rejection, or a focused spec.
 */
export class NoteReporter implements jasmine.CustomReporter {
  readonly #tell: (note: SpecNote) => Promise<void> | void;
  readonly #running: string[] = [];
  #suite = { passed: 0, failed: 0, skipped: 0 };

  /** @param tell Called with each note. The process waits for the last one to be told before it ends. */
  constructor(tell: (note: SpecNote) => Promise<void> | void) {
    this.#tell = tell;
  }

  suiteStarted(result: jasmine.SuiteResult): void {
    if (this.#running.length === 0) {
      this.#suite = { passed: 0, failed: 0, skipped: 0 };
    }
    this.#enter(result.fullName);
  }

  specStarted(result: jasmine.SpecResult): void {
    this.#enter(result.fullName);
  }

  specDone(result: jasmine.SpecResult): void {
    this.#leave();
    this.#warn(result.fullName, result.deprecationWarnings);
    if (result.status === 'excluded') {
      return;
    }
    if (result.status === 'passed') {
      this.#suite.passed++;
      this.#tell({ kind: 'passed' });
    } else if (result.status === 'failed') {
      this.#fail(result.fullName, result.failedExpectations);
    } else {
      this.#suite.skipped++;
      const reason = result.notApplicableReason || result.pendingReason || 'no reason given';
      this.#tell({ kind: 'skipped', text: `${result.fullName}: ${reason}` });
    }
    this.#tell({ kind: 'took', name: result.fullName, ms: result.duration ?? 0 });
  }

  suiteDone(result: jasmine.SuiteResult): void {
    this.#leave();
    this.#warn(result.fullName, result.deprecationWarnings);
    if (result.failedExpectations.length > 0) {
      this.#fail(`${result.fullName} (outside of its specs)`, result.failedExpectations);
    }
    if (this.#running.length === 0) {
      this.#tell({ kind: 'suite', suite: { name: result.fullName, ms: result.duration ?? 0, ...this.#suite } });
    }
  }

  async jasmineDone(details: jasmine.JasmineDoneInfo): Promise<void> {
    this.#warn('jasmine', details.deprecationWarnings);
    if (details.failedExpectations.length > 0) {
      this.#fail('outside of any suite', details.failedExpectations);
    }
    if (details.overallStatus === 'incomplete') {
      this.#tell({ kind: 'incomplete', reason: String(details.incompleteReason) });
    }
    await this.#tell({ kind: 'ended', seed: details.order?.random ? String(details.order.seed) : undefined });
  }

  #enter(name: string): void {
    this.#running.push(name);
    this.#tell({ kind: 'running', where: name });
  }

  #leave(): void {
    this.#running.pop();
    this.#tell({ kind: 'running', where: this.#running.at(-1) });
  }

  #fail(name: string, expectations: readonly jasmine.FailedExpectation[]): void {
    this.#suite.failed++;
    const texts = expectations.map(({ message, stack }) => indent(message, stack));
    this.#tell({ kind: 'failed', text: [name, ...texts].join('\n') });
  }

  #warn(name: string, warnings: readonly { readonly message: string }[]): void {
    for (const { message } of warnings) {
      this.#tell({ kind: 'warned', text: `${name}: ${message}` });
    }
  }
}

function indent(message: string, stack: string | undefined): string {
  // Only some of jasmine's stacks begin with the message.
  const text = stack === undefined || stack === '' ? message : stack.includes(message) ? stack : `${message}\n${stack}`;
  return `  ${text.trimEnd().replaceAll('\n', '\n  ')}`;
}
