import { type Context, context, createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { concat, of, range, take, tap, throwError } from 'rxjs';
import { inContextOf } from '../../operators/inContextOf.ts';

describe('inContextOf', () => {
  const key = createContextKey('value');
  const contextOf = (value: number): Context | undefined =>
    value === 0 ? undefined : ROOT_CONTEXT.setValue(key, value);

  beforeAll(() => new NodeTracerProvider().register());
  afterAll(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });

  it('makes the context of each value the active one downstream, and that of no other', () => {
    const seen: unknown[] = [];
    context.with(ROOT_CONTEXT.setValue(key, 'own'), () => {
      of(1, 0, 2)
        .pipe(inContextOf(contextOf))
        .subscribe({
          next: () => seen.push(context.active().getValue(key)),
          complete: () => seen.push(context.active().getValue(key)),
        });
    });
    expect(seen).toEqual([1, 'own', 2, 'own']);
  });

  it('errors with what the function throws, and with the error of the source', () => {
    const errors: unknown[] = [];
    const refusing = inContextOf<number>(() => {
      throw new Error('no headers');
    });
    for (const source$ of [
      of(1, 2).pipe(refusing),
      concat(
        of(1),
        throwError(() => 'own'),
      ).pipe(inContextOf(contextOf)),
    ]) {
      source$.subscribe({ error: (error) => errors.push(error) });
    }
    expect(errors).toEqual([new Error('no headers'), 'own']);
  });

  it('ends a source that emits in one go', () => {
    let emitted = 0;
    const source$ = range(1, 1000).pipe(tap(() => emitted++));
    const seen: number[] = [];
    source$.pipe(inContextOf(contextOf), take(2)).subscribe((value) => seen.push(value));
    expect(seen).toEqual([1, 2]);
    expect(emitted).toBe(2);
  });
});
