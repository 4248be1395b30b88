import type { SpecNote, SuiteNote } from './specNote.ts';

const SLOWEST_LISTED = 5;
/** A spec that takes at least this long is listed as slow. */
const SLOW_MS = 250;

/**
 * The report of a run, in one process or several. It prints a line for every outermost suite when it ends. At the end
 * it prints the slowest specs, skipped specs with their reasons, failures with their stacks and, as the very last line,
 * `N passed, N failed, N skipped`. That line never looks better than the run was: whatever is wrong counts as failed.
 */
export class Report {
  readonly #total = { passed: 0, failed: 0, skipped: 0 };
  readonly #failures: string[] = [];
  readonly #skips: string[] = [];
  readonly #durations: { readonly name: string; readonly ms: number }[] = [];
  readonly #warnings: string[] = [];
  readonly #suites = new Set<string>();
  readonly #startedAt = performance.now();
  #seed: string | undefined;

  /** The number of specs and other things that have failed until now. */
  get failed(): number {
    return this.#total.failed;
  }

  add(note: SpecNote): void {
    switch (note.kind) {
      case 'running':
        break;
      case 'passed':
        this.#total.passed++;
        break;
      case 'skipped':
        this.#total.skipped++;
        this.#skips.push(note.text);
        break;
      case 'failed':
        this.fail(note.text);
        break;
      case 'incomplete':
        this.fail(`incomplete run: ${note.reason}`);
        break;
      case 'warned':
        this.#warnings.push(note.text);
        break;
      case 'took':
        this.#durations.push(note);
        break;
      case 'suite':
        this.#endSuite(note.suite);
        break;
      case 'ended':
        this.#seed = note.seed;
        break;
    }
  }

  fail(reason: string): void {
    this.#total.failed++;
    this.#failures.push(reason);
  }

  /** Prints the end of the report. */
  end(): void {
    if (this.#total.passed + this.#total.failed === 0) {
      this.fail('incomplete run: no spec ran');
    }
    const slow = this.#durations.filter(({ ms }) => ms >= SLOW_MS).sort((a, b) => b.ms - a.ms);
    list(
      'slowest',
      slow.slice(0, SLOWEST_LISTED).map(({ name, ms }) => `${ms} ms  ${name}`),
    );
    list('deprecated', this.#warnings);
    list('skipped', this.#skips);
    list('failed', this.#failures);
    if (this.#failures.length > 0) {
      print('');
    }
    if (this.#seed !== undefined) {
      print(`random order, seed ${this.#seed} (again with --seed=${this.#seed})`);
    }
    print(`took ${((performance.now() - this.#startedAt) / 1000).toFixed(1)} s`);
    const { passed, failed, skipped } = this.#total;
    print(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  }

  #endSuite({ name, passed, failed, skipped, ms }: SuiteNote): void {
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
    print(`${failed > 0 ? 'not ok' : 'ok'}  ${name}: ${counts.join(', ')} (${ms} ms)`);
    // Jasmine sees only the suites of its own process.
    if (this.#suites.has(name)) {
      this.fail(`Duplicate suite name "${name}" found in two files`);
    }
    this.#suites.add(name);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length === 0) {
    return;
  }
  print(`\n${title}:`);
  for (const line of lines) {
    print(`- ${line.replaceAll('\n', '\n  ')}`);
  }
}
