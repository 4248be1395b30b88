import { filter, merge, Subject, type Subscription } from 'rxjs';
import type { Commit } from '../../lib/commits/commit.ts';
import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import {
  type CommitOperator,
  type CommitWhenDurableOptions,
  commitWhenDurable,
} from '../../operators/commitWhenDurable.ts';

/** A message of a log. */
export interface Message {
  readonly key: string;
  readonly offset: number;
  /** How long the message takes to be durable. */
  readonly tookMs: number;
}

/** Creates a message. */
export const message = (key: string, offset: number, tookMs = 0): Message => ({ key, offset, tookMs });

/** A log of commits, and the operator that writes it. */
export function operatorOf(more: Partial<CommitWhenDurableOptions<Message>> = {}): {
  readonly commits: CommitOperator<Message>;
  readonly log: string[];
} {
  const log: string[] = [];
  const commits = commitWhenDurable<Message>({
    key: ({ key }) => key,
    position: ({ offset }) => offset + 1,
    commit: (all) => void log.push(inWords(all)),
    every: { count: 1 },
    ...more,
  });
  return { commits, log };
}

const inWords = (all: readonly Commit<Message>[]): string =>
  all.map(({ key, position, inflight }) => `${key}@${position}+${inflight}`).join(' ');

/** A pipe whose messages come through when the spec settles them. */
export function byHand({ commits }: Pick<ReturnType<typeof operatorOf>, 'commits'>): {
  readonly inputs: Subject<Message>;
  readonly outputs: Subject<Message>;
  readonly errors: ZerobusError[];
  readonly subscription: Subscription;
} {
  const [inputs, outputs, errors]: [Subject<Message>, Subject<Message>, ZerobusError[]] = [
    new Subject(),
    new Subject(),
    [],
  ];
  const subscription = inputs
    .pipe(commits.track, (tracked) => merge(tracked.pipe(filter(() => false)), outputs), commits)
    .subscribe({ error: (error) => errors.push(error) });
  return { inputs, outputs, errors, subscription };
}
