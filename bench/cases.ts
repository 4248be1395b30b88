import { FLIGHTS_TABLE } from '../examples/demo/flights.ts';
import type { BenchCase, ClientRun, Entry, Scale } from './benchCase.ts';
import { DOCUMENTS_TABLE } from './inputs/documents.ts';
import { READINGS_TABLE } from './inputs/readings.ts';
import type { Form, InputName, Job, Pace, Subject } from './job.ts';
import { WITHHOLDING_TABLE } from './sink/sinkStream.ts';

/** Steady rates of one group every millisecond. */
const slow: Pace = { everyMs: 1, groupRecords: 1 };
const fast: Pace = { everyMs: 1, groupRecords: 100 };

/** All cases, in the order of the report. */
export function benchCases(scale: Scale): readonly BenchCase[] {
  const { client, ours, official, floor } = entries(scale);
  const objects = (input: InputName): Entry[] => [
    ours('from(objects) | toZerobus', input, 'object', 'from'),
    ours('pull(objects) | toZerobus', input, 'object', 'pull'),
    official('batches of 1,000 objects', input, 'object'),
    official('batches of 1,000 × JSON.stringify', input, 'object', { isStringified: true }),
    floor(input),
  ];
  const strings = (input: InputName): Entry[] => [
    ours('from(strings) | toZerobus', input, 'string', 'from'),
    ours('pull(strings) | toZerobus', input, 'string', 'pull'),
    official('batches of 1,000 strings', input, 'string'),
    floor(input),
  ];
  const byPromises = (driver: 'single' | 'pipelined', api: string): Entry[] => {
    const job = { driver, input: 'json60B', form: 'string', warmUpRecords: scale.warmUpRecords / 5 } as const;
    return [client('ours', api, job), client('official', api, job), floor('json60B')];
  };
  const paced = (pace: Pace): Entry[] => {
    const choice = { pace, warmUpRecords: scale.warmUpRecords / 20 };
    const api = pace.groupRecords === 1 ? 'ingestRecordOffset' : `batches of ${pace.groupRecords} strings`;
    return [
      ours('strings | toZerobus, one a next', 'json60B', 'string', 'pull', choice),
      official(api, 'json60B', 'string', choice),
      floor('json60B', choice),
    ];
  };
  const withheld = {
    tableName: WITHHOLDING_TABLE,
    // All records, however long they take.
    measureMs: 60_000,
    maxRecords: scale.burstRecords,
    warmUpRecords: scale.warmUpRecords / 5,
    // A single time, because its acks take long.
    warmUpMs: 0,
  };
  const flights = { tableName: FLIGHTS_TABLE };
  const documents = { tableName: DOCUMENTS_TABLE };

  return [
    { name: 'json-object-60B', about: 'plain objects of 60 B as JSON', entries: objects('json60B') },
    { name: 'json-string-60B', about: 'ready JSON strings of 60 B', entries: strings('json60B') },
    {
      name: 'through-60B',
      about: 'plain objects of 60 B, each emitted again once it is durable',
      entries: [
        ours('pull(objects) | throughZerobus', 'json60B', 'object', 'pull', { driver: 'throughZerobus' }),
        ...objects('json60B').slice(1),
      ],
    },
    { name: 'json-object-1KB', about: 'plain objects with text, 1 KB as JSON', entries: objects('json1KB') },
    { name: 'json-string-1KB', about: 'ready JSON strings of 1 KB', entries: strings('json1KB') },
    {
      name: 'flights-json',
      about: 'real flight records as plain objects',
      entries: [
        ours('from(objects) | toZerobus', 'flights', 'object', 'from'),
        ours('pull(objects) | toZerobus', 'flights', 'object', 'pull'),
        official('batches of 1,000 × JSON.stringify', 'flights', 'object', { isStringified: true }),
        floor('flights'),
      ],
    },
    {
      name: 'proto-60B',
      about: 'rows of a table definition, 60 B as protobuf',
      entries: [
        ours('from(rows) | toZerobus', 'proto60B', 'object', 'from'),
        ours('pull(rows) | toZerobus', 'proto60B', 'object', 'pull'),
        official('batches of 1,000 ready buffers', 'proto60B', 'bytes'),
        floor('proto60B'),
      ],
    },
    {
      name: 'single-await',
      about: 'strings of 60 B by ingestRecordOffset, each awaited',
      entries: byPromises('single', 'await ingestRecordOffset'),
    },
    {
      name: 'pipelined',
      about: 'strings of 60 B by ingestRecordOffset, 10,000 promises at a time',
      entries: byPromises('pipelined', '10,000 × ingestRecordOffset'),
    },
    { name: 'paced-1k', about: '1,000 records a second, strings of 60 B', entries: paced(slow) },
    { name: 'paced-100k', about: '100,000 records a second, strings of 60 B', entries: paced(fast) },
    {
      name: 'inflight-1M',
      about: '1,000,000 unacknowledged strings of 60 B',
      entries: [
        ours('from(strings) | toZerobus', 'json60B', 'string', 'from', withheld),
        official('batches of 1,000 strings', 'json60B', 'string', withheld),
        floor('json60B', withheld),
      ].map((entry) => withRun(entry, { hasAckTimes: false })),
    },
    {
      name: 'streams-1-2-4',
      about: 'one process with several streams, ready strings of 60 B',
      entries: [1, 2, 4].flatMap((streams) => [
        ours(`pull(strings) | toZerobus × ${streams}`, 'json60B', 'string', 'pull', { streams }),
        official(`batches of 1,000 strings × ${streams}`, 'json60B', 'string', { streams }),
        ...(streams === 1
          ? []
          : [
              ours(`pull(strings) | toZerobus, streams: ${streams}`, 'json60B', 'string', 'pull', {
                operatorStreams: streams,
              }),
            ]),
        floor('json60B', { streams }, `ready frames × ${streams}`),
      ]),
    },
    {
      name: 'end-to-end',
      about: 'real flight records into zerobus-local, durable acks',
      entries: [
        ours('pull(objects) | toZerobus', 'flights', 'object', 'pull', flights),
        official('batches of 1,000 × JSON.stringify', 'flights', 'object', { ...flights, isStringified: true }),
        floor('flights', flights),
      ].map(intoLocal),
    },
    {
      name: 'end-to-end-1KB',
      about: 'ready strings of 1 KB into zerobus-local, durable acks, at full speed and at 100,000 records a second',
      entries: [
        ours('pull(strings) | toZerobus', 'json1KB', 'string', 'pull', documents),
        ours('strings | toZerobus, 100,000 rec/s', 'json1KB', 'string', 'pull', { ...documents, pace: fast }),
        official('batches of 1,000 strings', 'json1KB', 'string', documents),
        official('batches of 100 strings, 100,000 rec/s', 'json1KB', 'string', { ...documents, pace: fast }),
        floor('json1KB', documents),
        floor('json1KB', { ...documents, pace: fast }, 'ready frames, 100,000 rec/s'),
      ].map(intoLocal),
    },
    {
      name: 'live-page',
      about: 'ready strings of 60 B into zerobus-local, with its live page closed and open',
      entries: ['closed', 'open'].map((state) =>
        withRun(ours(`pull(strings) | toZerobus, page ${state}`, 'json60B', 'string', 'pull'), {
          server: 'zerobus-local',
          hasPage: state === 'open',
        }),
      ),
      isOnDemand: true,
    },
    {
      name: 'footprint',
      about: 'import into an empty process; size with all dependencies and peers',
      entries: [
        { subject: 'ours', api: "import 'rxjs-zerobus'", run: { kind: 'footprint' } },
        { subject: 'official', api: 'its native package alone', run: { kind: 'footprint' } },
        { subject: 'floor', api: "import 'node:http2'", run: { kind: 'footprint' } },
      ],
    },
    {
      name: 'soak',
      about: 'ten minutes at full speed, plain objects of 60 B: whether memory grows without end',
      entries: [
        ours('pull(objects) | toZerobus', 'json60B', 'object', 'pull', { measureMs: scale.soakMs }),
        official('batches of 1,000 × JSON.stringify', 'json60B', 'object', {
          isStringified: true,
          measureMs: scale.soakMs,
        }),
        floor('json60B', { measureMs: scale.soakMs }),
      ].map((entry) => withRun(entry, { isSoak: true })),
      isOnDemand: true,
    },
  ];
}

type Choice = Partial<Job>;

/** Functions that create entries, with the defaults that all jobs share. */
function entries(scale: Scale): {
  client(subject: Subject, api: string, job: Pick<Job, 'driver' | 'input' | 'form'> & Choice): Entry;
  ours(api: string, input: InputName, form: Form, source: 'from' | 'pull', choice?: Choice): Entry;
  official(api: string, input: InputName, form: Form, choice?: Choice): Entry;
  floor(input: InputName, choice?: Choice, api?: string): Entry;
} {
  const client = (subject: Subject, api: string, job: Pick<Job, 'driver' | 'input' | 'form'> & Choice): Entry => {
    const share = job.input === 'json1KB' ? 5 : 1;
    return {
      subject,
      api,
      run: {
        kind: 'client',
        job: {
          subject,
          streams: 1,
          warmUpRecords: scale.warmUpRecords / share,
          warmUpMs: scale.warmUpMs,
          measureMs: job.pace === undefined ? scale.measureMs : scale.pacedMs,
          maxRecords: job.source === 'from' ? scale.burstRecords / share : Number.MAX_SAFE_INTEGER,
          tableName: READINGS_TABLE,
          ...job,
        },
        server: 'sink',
        hasAckTimes: true,
        isSoak: false,
        hasPage: false,
        isReadBack: false,
      },
    };
  };
  return {
    client,
    ours: (api, input, form, source, choice = {}) =>
      client('ours', api, { driver: 'toZerobus', input, form, source, ...choice }),
    official: (api, input, form, choice = {}) => client('official', api, { driver: 'batches', input, form, ...choice }),
    floor: (input, choice = {}, api = 'ready frames through node:http2') =>
      client('floor', api, { driver: 'frames', input, form: 'string', ...choice }),
  };
}

function withRun(entry: Entry, change: Partial<ClientRun>): Entry {
  return entry.run.kind === 'client' ? { ...entry, run: { ...entry.run, ...change } } : entry;
}

/** How soon rows show depends on the server, not on the client, so one entry is enough to measure it. */
function intoLocal(entry: Entry): Entry {
  return withRun(entry, { server: 'zerobus-local', isReadBack: entry.subject === 'ours' });
}
