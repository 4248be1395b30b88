import { NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { type ThroughZerobusOptions, throughZerobus } from '../../../operators/throughZerobus.ts';
import {
  cut,
  failed,
  type ScriptedServer,
  TABLE,
  type World,
  type WorldOptions,
  world,
} from '../../support/toZerobusWorld.ts';

/** A message of a broker. */
interface Message {
  readonly id: string;
  readonly body: object | undefined;
}

const message = (id: string, body: object | undefined = { id }): Message => ({ id, body });
const messages: Readonly<Record<string, Message>> = {
  ...Object.fromEntries([...'abcdef'].map((id) => [id, message(id)])),
  n: { id: 'n', body: undefined },
  t: message('t'),
  x: message('x', { value: Number.NaN }),
};
const refusal = failed('INVALID_ARGUMENT', 'a record does not fit');

/** The operator with servers that a script plays, as `operatorTo` of the world. */
function through(
  { optionsFor }: World,
  servers: readonly ScriptedServer[],
  {
    rejected,
    emitRejected,
    ...options
  }: Omit<WorldOptions, 'rejected'> & Pick<ThroughZerobusOptions<Message>, 'rejected' | 'emitRejected'> = {},
): { readonly seen: readonly string[]; readonly operator: (source: Observable<Message>) => Observable<Message> } {
  const { transport, ...others } = optionsFor(servers, options);
  const row = ({ id, body }: Message): object | undefined => {
    if (id === 't') {
      throw new RangeError('no row');
    }
    return body;
  };
  const operator = throughZerobus<Message>(TABLE, { row, rejected, emitRejected, ...others, transport });
  return { seen: transport.seen, operator };
}

describe('throughZerobus', () => {
  it('emits each value when its row is durable, and completes behind the last', () => {
    world((helpers) => {
      const { hot, server, expectObservable, expectSubscriptions } = helpers;
      const source = hot('    --a--b--c---|', messages);
      const service = server('o---0----1----2--|');
      expectObservable(source.pipe(through(helpers, [service]).operator)).toBe('----a----b----c--|', messages);
      expectSubscriptions(source.subscriptions).toBe('^-----------!');
      expectSubscriptions(service.subscriptions).toBe('^----------------!');
    });
  });

  it('emits all values of an ack in order, one by one', () => {
    world((helpers) => {
      const { server, expectObservable } = helpers;
      const source = of(...'abc'.split('').map((id) => messages[id] as Message));
      expectObservable(source.pipe(through(helpers, [server('o--0------|')]).operator)).toBe('---(abc)--|', messages);
    });
  });

  it('emits a value without a row in its place in the order', () => {
    world((helpers) => {
      const { hot, server, expectObservable, flush } = helpers;
      const { operator, seen } = through(helpers, [server('o---------0-------|')]);
      expectObservable(operator(hot('n-(anb)-n|', messages))).toBe('n---------(anbn)--|', messages);
      flush();
      expect(seen.filter((line) => line.includes('batch'))).toEqual(['2 batch 0: {"id":"a"} {"id":"b"}']);
    });
  });

  it('completes at once if no value has a row', () => {
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const { operator } = through(helpers, [server('o-----|'), server('--#', cut)]);
      expectObservable(operator(hot('-n-n|', messages))).toBe('-n-n--|', messages);
    });
  });

  it('emits values without a row that come between two connections', () => {
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const { operator } = through(helpers, [server('o-#', cut), server('-----o')]);
      expectObservable(operator(hot('-n-n|', messages))).toBe('-n--(n|)', messages);
    });
  });

  it('sends again what a broken connection did not acknowledge, and emits it once', () => {
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const { operator } = through(helpers, [server('o-0---#', cut), server('o--0-|')]);
      expectObservable(operator(hot('(ab)--c-|', messages))).toBe('--(ab)----------- --c-|', messages);
    });
  });

  it('hands back the values that were not emitted', () => {
    world((helpers) => {
      const { hot, server, flush } = helpers;
      const errors: ZerobusError<Message>[] = [];
      const { operator } = through(helpers, [server('o--0-----#', cut)], { recovery: false });
      operator(hot('(ab)-c-n', messages)).subscribe({ error: (error) => errors.push(error) });
      flush();
      expect(errors.map(({ code, unacked }) => [code, unacked])).toEqual([
        ['UNAVAILABLE', [messages['c'] as Message, messages['n'] as Message]],
      ]);
    });
  });

  it('forwards the error of the source once everything before it is durable', () => {
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const broken = new Error('broken');
      const { operator } = through(helpers, [server('o----0-|')]);
      expectObservable(operator(hot('-a-#', messages, broken))).toBe('-----a-#', messages, broken);
    });
  });

  it('ends at a value whose row is refused or throws, with its offset, and hands the value back', () => {
    for (const [bad, reason] of [
      ['x', 'value: NaN has no JSON form.'],
      [
        't',
        'The record could not be made: no row. Return undefined for a value without one, or take it in by rejected.',
      ],
    ] as const) {
      world((helpers) => {
        const { hot, server, flush, expectSubscriptions } = helpers;
        const errors: ZerobusError<Message>[] = [];
        const emitted: string[] = [];
        const source = hot(`-a${bad}-b-`, messages);
        const { operator } = through(helpers, [server('o-----0-|')]);
        operator(source).subscribe({ next: ({ id }) => emitted.push(id), error: (error) => errors.push(error) });
        expectSubscriptions(source.subscriptions).toBe('^-!');
        flush();
        expect(emitted).toEqual(['a']);
        expect(errors.map(({ code, message, offset, unacked }) => [code, message, offset, unacked])).toEqual([
          ['INVALID_RECORD', reason, 1, [messages[bad] as Message]],
        ]);
      });
    }
  });

  for (const [what, source, expected] of [
    ['never', (): Observable<Message> => NEVER, '----'],
    ['empty', (): Observable<Message> => of(), '|'],
  ] as const) {
    it(`${what === 'never' ? 'stays open with' : 'completes with'} a source that is ${what}`, () => {
      world((helpers) => {
        const { server, expectObservable } = helpers;
        const { operator } = through(helpers, [server(what === 'never' ? 'o---' : 'o|')]);
        expectObservable(operator(source()), '^---!').toBe(expected, messages);
      });
    });
  }

  it('errors with a source that throws at once', () => {
    world((helpers) => {
      const { server, expectObservable } = helpers;
      const broken = new Error('broken');
      const { operator } = through(helpers, [server('o|')]);
      expectObservable(operator(throwError(() => broken))).toBe('#', messages, broken);
    });
  });

  it('cancels everything when it is unsubscribed from early', () => {
    world((helpers) => {
      const { hot, server, expectObservable, expectSubscriptions } = helpers;
      const source = hot('-a-b-c-', messages);
      const service = server('o--0---1');
      expectObservable(through(helpers, [service]).operator(source), '^---!').toBe('---(a)', messages);
      expectSubscriptions(source.subscriptions).toBe('^---!');
      expectSubscriptions(service.subscriptions).toBe('^---!');
    });
  });

  it('accepts values that are emitted from within, and stops when it is unsubscribed from within', () => {
    world((helpers) => {
      const { server, flush } = helpers;
      const source = new Subject<Message>();
      const emitted: string[] = [];
      const { operator } = through(helpers, [server('o-0-1-2-3')]);
      const subscription = operator(source).subscribe(({ id }) => {
        emitted.push(id);
        if (id === 'c') {
          subscription.unsubscribe();
        } else {
          source.next(messages['c'] as Message);
        }
      });
      source.next(messages['a'] as Message);
      source.next(messages['b'] as Message);
      flush();
      expect(emitted).toEqual(['a', 'b', 'c']);
    });
  });

  it('takes what waits for the watermark into account for the limits', () => {
    world((helpers) => {
      const { hot, server, flush } = helpers;
      const errors: ZerobusError<Message>[] = [];
      const { operator } = through(helpers, [server('o')], { maxInflightRecords: 3 });
      operator(hot('-(annnn)', messages)).subscribe({ error: (error) => errors.push(error) });
      flush();
      expect(errors.map(({ code, unacked }) => [code, unacked.length])).toEqual([['BUFFER_OVERFLOW', 4]]);
    });
  });

  describe('with rejected', () => {
    it('goes on without a value that cannot be sent, and emits what is behind it once that is taken in', () => {
      world((helpers) => {
        const { hot, cold, server, expectObservable, expectSubscriptions } = helpers;
        const source = hot('-axb--|', messages);
        const letter = cold('   ------|');
        const offsets: number[] = [];
        const { operator } = through(helpers, [server('o---1----|')], {
          rejected: ({ value, offset, error, record }) => {
            offsets.push(offset);
            expect([value, record, error.code]).toEqual([messages['x'], undefined, 'INVALID_RECORD']);
            return letter;
          },
        });
        expectObservable(operator(source)).toBe('----a---b|', messages);
        expectSubscriptions(source.subscriptions).toBe('^-----!');
        expectSubscriptions(letter.subscriptions).toBe('--^-----!');
      });
    });

    it('emits what is taken in, too, in its place, with emitRejected', () => {
      world((helpers) => {
        const { hot, cold, server, expectObservable } = helpers;
        const rejected = (): Observable<unknown> => cold('--|');
        const slow = (): Observable<unknown> => cold(' -------|');
        const early = through(helpers, [server('o---0-------|')], { rejected, emitRejected: true });
        expectObservable(early.operator(hot('ax|', messages))).toBe('----(ax)----|', messages);
        const late = through(helpers, [server('o---1----------|')], { rejected: slow, emitRejected: true });
        expectObservable(late.operator(hot('axb|', messages))).toBe('----a---(xb)---|', messages);
      });
    });

    it('hands back what is taken in and not emitted, with emitRejected', () => {
      world((helpers) => {
        const { hot, server, flush } = helpers;
        for (const [emitRejected, unacked] of [
          [true, 'axb'],
          [false, 'ab'],
        ] as const) {
          const errors: ZerobusError[] = [];
          const servers = [server('o-----#', failed('PERMISSION_DENIED', 'no'))];
          const { operator } = through(helpers, servers, { rejected: () => {}, emitRejected });
          operator(hot('axb', messages)).subscribe({ error: (error) => errors.push(error) });
          flush();
          expect(errors.map((error) => (error.unacked as unknown as Message[]).map(({ id }) => id).join(''))).toEqual([
            unacked,
          ]);
        }
      });
    });

    it('finds the record that the service refuses, and goes on without it', () => {
      world((helpers) => {
        const { hot, server, expectObservable, flush } = helpers;
        const rejections: unknown[] = [];
        const servers = [server('o-#', refusal), server('o-0-#', refusal), server('o-#', refusal), server('o-0-|')];
        const { operator, seen } = through(helpers, servers, {
          rejected: ({ value, record, offset, error }) =>
            void rejections.push([value.id, record, offset, error.code, error.message, error.offset, error.unacked]),
        });
        expectObservable(operator(hot('(abc)-|', messages))).toBe('----a-----c-|', messages);
        flush();
        expect(rejections).toEqual([
          ['b', '{"id":"b"}', 1, 'INVALID_ARGUMENT', 'a record does not fit', 1, ['{"id":"b"}']],
        ]);
        expect(seen.filter((line) => line.includes('batch'))).toEqual([
          '0 batch 0: {"id":"a"} {"id":"b"} {"id":"c"}',
          '2 batch 0: {"id":"a"}',
          '4 batch 1: {"id":"b"} {"id":"c"}',
          '6 batch 0: {"id":"b"}',
          '8 batch 0: {"id":"c"}',
        ]);
      });
    });

    it('ends with REJECTION_FAILED if a value cannot be taken in, and hands it back', () => {
      world((helpers) => {
        const { hot, server, flush } = helpers;
        const full = new Error('the disk is full');
        for (const rejected of [
          () => throwError(() => full),
          () => {
            throw full;
          },
        ]) {
          const errors: ZerobusError<Message>[] = [];
          const { operator } = through(helpers, [server('o-----')], { rejected });
          operator(hot('-ax-b-', messages)).subscribe({ error: (error) => errors.push(error) });
          flush();
          expect(
            errors.map(({ code, offset, cause, unacked }) => [code, offset, cause, unacked.map(({ id }) => id)]),
          ).toEqual([['REJECTION_FAILED', 1, full, ['a', 'x']]]);
        }
      });
    });

    it('ends with TOO_MANY_REJECTIONS if nothing becomes durable in between', () => {
      world((helpers) => {
        const { hot, server, flush } = helpers;
        const errors: ZerobusError<Message>[] = [];
        const { operator } = through(helpers, [server('o-#', refusal)], {
          maxRejectionsInARow: 2,
          rejected: () => undefined,
        });
        operator(hot('(abcdef|)', messages)).subscribe({ error: (error) => errors.push(error) });
        flush();
        expect(errors.map(({ code, unacked }) => [code, unacked.map(({ id }) => id)])).toEqual([
          ['TOO_MANY_REJECTIONS', ['c', 'd', 'e', 'f']],
        ]);
        expect(errors[0]?.message).toBe(
          'More than 2 records in a row were rejected, so the table may have changed. The last one was refused because of ' +
            'INVALID_ARGUMENT: a record does not fit. Compare the records with the table, or raise maxRejectionsInARow.',
        );
      });
    });
  });
});
