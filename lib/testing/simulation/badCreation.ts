import type { Random } from './plan/random.ts';

/** What a service can answer to the creation of a stream. */
export interface CreationAnswers {
  readonly ack: () => void;
  readonly signalClose: () => void;
  readonly createWithoutId: () => void;
  readonly end: () => void;
  readonly create: () => void;
  readonly createAgain: () => void;
}

/** Answers the creation of a stream against the protocol. */
export function createBadly(random: Random, answers: CreationAnswers): void {
  const { ack, signalClose, createWithoutId, end, create, createAgain } = answers;
  const twice = (): void => {
    create();
    createAgain();
  };
  random.pick([ack, signalClose, createWithoutId, end, twice])();
}
