import {
  commitWhenDurable,
  defineTable,
  fetchTable,
  ingest,
  ndjson,
  OAuthHeadersProvider,
  recover,
  TokenCache,
  throughZerobus,
  toZerobus,
  ZerobusSdk,
  zerobusWritable,
  zerobusWritableStream,
} from '../../index.ts';
import { rejectionOf } from '../support/promises.ts';
import { thrownBy } from '../support/thrownBy.ts';

const connection = {
  endpoint: 'http://127.0.0.1:1',
  workspaceUrl: 'http://127.0.0.1:1',
  clientId: 'client',
  clientSecret: 'client-secret',
};
const oauth = {
  workspaceUrl: connection.workspaceUrl,
  workspaceId: '1',
  table: 'a.b.c',
  clientId: 'c',
  clientSecret: 's',
};
const createStream = (options: object): unknown =>
  new ZerobusSdk(connection.endpoint, connection.workspaceUrl).createStream({ tableName: 'a.b.c' }, 'c', 's', options);

type Case = readonly [subject: string, name: string, suggested: string, call: (options: object) => unknown];

const cases: readonly Case[] = [
  ['toZerobus', 'maxInflight', 'maxInflightRecords', (options) => toZerobus('a.b.c', { ...connection, ...options })],
  ['toZerobus', 'paused', 'backpressure', (options) => toZerobus('a.b.c', { ...connection, ...options })],
  ['throughZerobus', 'paused', 'backpressure', (options) => throughZerobus('a.b.c', { ...connection, ...options })],
  ['ingest', 'flushTimeout', 'flushTimeoutMs', (options) => ingest([], 'a.b.c', { ...connection, ...options })],
  [
    'commitWhenDurable',
    'next',
    'position',
    (options) => commitWhenDurable({ key: () => 0, position: () => 0, commit: () => {}, ...options }),
  ],
  [
    'zerobusWritable',
    'waterMark',
    'highWaterMark',
    (options) => zerobusWritable('a.b.c', { ...connection, ...options }),
  ],
  [
    'zerobusWritableStream',
    'highWatermarks',
    'highWaterMark',
    (options) => zerobusWritableStream('a.b.c', { ...connection, ...options }),
  ],
  ['ndjson', 'maxLine', 'maxLineBytes', (options) => ndjson('readings.ndjson', options)],
  ['recover', 'retries', 'recoveryRetries', (options) => recover(options)],
  ['createStream', 'maxInflightRequests', 'maxInflightRecords', createStream],
  ['ZerobusSdk', 'tsl', 'tls', (options) => new ZerobusSdk(connection.endpoint, connection.workspaceUrl, options)],
  ['OAuthHeadersProvider', 'timeout', 'timeoutMs', (options) => new OAuthHeadersProvider({ ...oauth, ...options })],
  ['TokenCache', 'maxEntrys', 'maxEntries', (options) => new TokenCache(options)],
  ['fetchTable', 'secret', 'clientSecret', (options) => fetchTable('http://127.0.0.1:1', 'a.b.c', { ...options })],
  ['defineTable', 'message', 'messageName', (options) => defineTable('a.b.c', (t) => ({ x: t.int() }), options)],
  ['tls', 'passPhrase', 'passphrase', (tls) => toZerobus('a.b.c', { ...connection, tls })],
  [
    'tableProperties',
    'descriptor',
    'descriptorProto',
    (more) =>
      new ZerobusSdk(connection.endpoint, connection.workspaceUrl).createStream(
        { tableName: 'a.b.c', ...more },
        'c',
        's',
      ),
  ],
];

describe('Unknown option names', () => {
  for (const [subject, name, suggested, call] of cases) {
    it(`are refused: ${name} of ${subject} suggests ${suggested}`, async () => {
      const message = `${subject} has no option ${name}: use ${suggested}.`;
      const outcome = (): unknown => call({ [name]: 1 });
      const error = ['createStream', 'fetchTable', 'tableProperties'].includes(subject)
        ? await rejectionOf(outcome() as Promise<unknown>)
        : thrownBy(outcome);
      expect(error).toEqual(jasmine.objectContaining({ code: 'INVALID_OPTIONS', message }));
    });
  }
});
