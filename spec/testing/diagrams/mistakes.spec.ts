import { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { type ZerobusScript, type ZerobusTestHelpers, zerobusTest } from '../../../testing.ts';
import { thrownBy } from '../../support/thrownBy.ts';

const TABLE = 'main.iot.readings';
const records = Object.fromEntries([...'abcdef'].map((id) => [id, { id }]));

/** The error of a test. */
function errorOf(test: (helpers: ZerobusTestHelpers) => void): unknown {
  return thrownBy(() => zerobusTest(test));
}

/** The first line of the error of a test whose service has a script. */
function complaintAbout(script: ZerobusScript, source: string): string {
  const error = errorOf(({ cold, zerobus, expectObservable }) => {
    const service = zerobus(script);
    const options = { ...service.options, recoveryBackoffMs: 4, random: () => 0.5 };
    expectObservable(cold(source, records).pipe(toZerobus(TABLE, options)), '^ 50ms !').toBe('50ms -');
  });
  return (error as Error).message.split('\n', 1)[0] ?? '';
}

describe('A test fails if its service', () => {
  it('acknowledges half of a batch', () => {
    expect(complaintAbout({ acks: '---1' }, '-(abc)')).toBe(
      'In frame 3, the service acknowledges record 1, but it is in the batch of records 0 to 2, which is acknowledged as a whole: acknowledge 2, or set maxBatchRecords to 1.',
    );
  });

  it('acknowledges what was acknowledged on another connection', () => {
    expect(complaintAbout({ acks: '--0#---0' }, '-a')).toBe(
      'In frame 7, the service acknowledges record 0, but it has not arrived on an open connection, and the acks of another connection do not count.',
    );
  });

  it('acknowledges what is not sent again yet', () => {
    expect(complaintAbout({ acks: '---#---0', connections: ['o', '---o'] }, '-a')).toContain(
      'In frame 7, the service acknowledges record 0, but it has not arrived on an open connection',
    );
  });
});

describe('A test goes on if its service', () => {
  it('breaks, drains, signals, ends or acknowledges nothing', () => {
    zerobusTest(({ cold, zerobus, expectObservable }) => {
      const service = zerobus({ acks: '-#ds|0', ackDelayMs: 0 });
      const durable$ = cold('a|', records).pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('0|');
    });
    expect().nothing();
  });

  it('acknowledges something when no connection is open, and says so if anything differs', () => {
    const error = errorOf(({ cold, zerobus, expectObservable }) => {
      const service = zerobus({ acks: '---#0' });
      const options = { ...service.options, recovery: false };
      const durable$ = cold('-a', records).pipe(toZerobus(TABLE, options));
      expectObservable(durable$).toBe('----(0|)');
    });
    expect((error as Error).message.split('\n').at(-1)).toBe(
      'In frame 4, the service acknowledges record 0, but no connection is open.',
    );
  });
});

describe('zerobusTest refuses', () => {
  const broken = new ZerobusError('UNAVAILABLE', 'gone');
  const cases: readonly (readonly [what: string, script: ZerobusScript, message: string])[] = [
    [
      'a letter without a meaning',
      { acks: '-q' },
      'acks has the letter q, which stands for nothing: use one of 0 1 2 3 4 5 6 7 8 9 # x s d |, or pass values: { q: … }.',
    ],
    [
      'the creation of a stream in acks',
      { acks: '-o' },
      'acks has the letter o, which stands for nothing: use one of 0 1 2 3 4 5 6 7 8 9 # x s d |, or pass values: { o: … }.',
    ],
    [
      'a letter that tokens do not have',
      { tokens: ['t', '-0'] },
      'tokens has the letter 0, which stands for nothing: use one of # t, or pass values: { 0: … }.',
    ],
    [
      'a token that is no answer to a token request',
      { acks: '-q', values: { q: { accessToken: 'a' } } },
      'acks has the letter q, whose value does not fit there.',
    ],
    [
      'an ack that is no token',
      { tokens: '-q', values: { q: { ack: 1 } } },
      'tokens has the letter q, whose value does not fit there.',
    ],
    [
      'a diagram of a subscription',
      { connections: '^-!', values: { q: broken } },
      'connections must be a diagram without ^ and !, such as "--0-#".',
    ],
    ['a negative time', { ackDelayMs: -1 }, 'ackDelayMs must be a number of at least 0, got -1.'],
    ['a capacity of nothing', { capacity: 0 }, 'capacity must be a number of at least 1, got 0.'],
    ['a refusal that is no function', { refuses: 'b' as never }, 'refuses must be a function: pass (row) => ….'],
    ['an option that does not exist', { ack: '0' } as ZerobusScript, 'zerobus has no option ack: use acks.'],
  ];

  for (const [what, script, message] of cases) {
    it(what, () => {
      const error = errorOf(({ zerobus }) => void zerobus(script));
      expect(error).toEqual(jasmine.objectContaining({ code: 'INVALID_OPTIONS', message }));
    });
  }

  it('an async test', () => {
    const test = async ({ zerobus }: ZerobusTestHelpers): Promise<void> => void zerobus();
    expect(errorOf(test as unknown as () => void)).toEqual(
      jasmine.objectContaining({
        code: 'INVALID_OPTIONS',
        message:
          'The test of zerobusTest must not be async: promises do not run in virtual time. Await what it needs before.',
      }),
    );
  });

  it('arrivals that end', () => {
    const error = errorOf(({ zerobus, expectArrivals }) => expectArrivals(zerobus()).toBe('-a|'));
    expect(error).toEqual(
      jasmine.objectContaining({
        code: 'INVALID_OPTIONS',
        message: 'A diagram of arrivals has no | # ^ or !, because a table never ends.',
      }),
    );
  });

  it('a letter that has different values', () => {
    const error = errorOf(({ cold, zerobus, expectArrivals }) => {
      cold('-a', { a: { id: 1 } });
      cold('-a', { a: { id: 2 } });
      expectArrivals(zerobus()).toBe('-a');
    });
    expect(error).toEqual(
      jasmine.objectContaining({
        code: 'INVALID_OPTIONS',
        message: 'The letter a has different values in the sources of this test: pass its value to toBe.',
      }),
    );
  });

  it('nothing if the value is passed, or if the letter is not used', () => {
    zerobusTest(({ cold, zerobus, expectArrivals, expectObservable }) => {
      const service = zerobus();
      const first = cold('             -a|', { a: { id: 1 } });
      cold('-a', { a: { id: 2 } });
      const durable$ = first.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('-0|');
      expectArrivals(service).toBe('   -a', { a: { id: 1 } });
    });
    expect().nothing();
  });
});
