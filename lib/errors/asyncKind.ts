/**
 * Names a value that is not there yet, and how to wait for it. Such values often get into records by mistake, by an
 * async function passed to `map`.
 *
 * Looks at methods, not at classes: the value may come from another realm or another library.
 *
 * @returns undefined if the value is neither a Promise nor an Observable
 */
export function asyncKind(value: object): AsyncKind | undefined {
  const { then, subscribe, pipe } = value as Readonly<Record<string, unknown>>;
  if (typeof then === 'function') {
    return promise;
  }
  if (typeof subscribe === 'function' && typeof pipe === 'function') {
    return observable;
  }
  return isInteropObservable(value) ? observable : undefined;
}

/** A kind of value that is not there yet. */
export interface AsyncKind {
  /** `a Promise` or `an Observable`. */
  readonly name: string;
  /** How to get the value: a sentence without its full stop. */
  readonly wayOut: string;
}

const promise: AsyncKind = { name: 'a Promise', wayOut: 'Use concatMap instead of map, or await it first' };
const observable: AsyncKind = { name: 'an Observable', wayOut: 'Use concatMap instead of map to flatten it first' };

/** The two names of the method by which libraries exchange observables. */
function isInteropObservable(value: object): boolean {
  const symbol = (Symbol as unknown as { readonly observable?: symbol }).observable;
  return (
    typeof Reflect.get(value, '@@observable') === 'function' ||
    (symbol !== undefined && typeof Reflect.get(value, symbol) === 'function')
  );
}
