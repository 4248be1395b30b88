import fc from 'fast-check';
import { expectRight } from '../expectRight.ts';
import { described } from './described.ts';
import type { HandedInTarget } from './handedInTarget.ts';
import { strangeValue } from './strangeValues.ts';

const names = [
  ...[
    'dataDir',
    'tables',
    'variables',
    'host',
    'allowedHosts',
    'port',
    'httpPort',
    'tls',
    'auth',
    'subjectTokenIssuer',
    'workspaceId',
  ],
  ...['tokenTtlMs', 'flushIntervalMs', 'maxUnflushedBytes', 'optimizeAfterFiles', 'rotateAfterMs', 'rotationGraceMs'],
  ...['onFlush', 'onEvent', 'onNote', 'onError'],
];

/** The classes of errors that `startZerobusLocal` documents. */
const typed: ReadonlySet<string> = new Set(['TableDefinitionError', 'TableStoreError', 'ListenError']);

/** Options of any types of a local server, which starts or does not. */
export const localOptionsTarget: HandedInTarget = {
  name: 'localOptions',
  property: (onRun) =>
    fc.asyncProperty(fc.constantFrom(...names), strangeValue, async (name, make) => {
      onRun();
      // Loaded on first use, as it takes longer to load than all other targets.
      const { startZerobusLocal } = await import('zerobus-local');
      const quiet = { onNote: () => {}, onError: () => {} };
      const value = make();
      // Texts name folders and hosts, which must not be made or looked up here.
      if (typeof value === 'string' && /^(?:dataDir|host)$/.test(name)) {
        return;
      }
      try {
        const server = await startZerobusLocal({ ...quiet, [name]: value });
        await server.close();
      } catch (error) {
        expectRight(isTyped(error) || typeof value === 'function', `the error is ${described(error)}`);
      }
    }),
};

function isTyped(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const isOfOptions = 'code' in error && error.code === 'INVALID_OPTIONS';
  return typed.has(error.name) || isOfOptions || error.message.startsWith('The tls option can');
}
