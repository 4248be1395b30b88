import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, NEVER, type Observable, toArray } from 'rxjs';
import { type RecordPayload, ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { LinePosition } from '../../lib/inputs/lineReader.ts';
import type { DeadLetter } from '../../lib/letters/deadLetter.ts';
import type { Rejection } from '../../lib/stream/rejections.ts';
import { pull } from '../../operators/pull.ts';
import { readDeadLetters } from '../../operators/readDeadLetters.ts';

type AnyRejection = Rejection<unknown, RecordPayload | readonly RecordPayload[]>;

/** The error of {@link rejection}. */
export const rejectionError: ZerobusError = new ZerobusError('INVALID_ARGUMENT', 'a record does not fit', {
  schemaCauses: ['TYPE_INCOMPATIBLE'],
});

/** A rejection of the record `{"n":offset}`. */
export function rejection(offset: number, rest: Partial<AnyRejection> = {}): AnyRejection {
  return { value: { n: offset }, record: `{"n":${offset}}`, offset, error: rejectionError, ...rest };
}

/** Resolves when dead letters are durable. */
export function taken(letter: Observable<unknown>): Promise<unknown> {
  return lastValueFrom(letter, { defaultValue: undefined });
}

/** A folder, and the path of a file of dead letters in it. */
export interface LettersFile {
  folder: string;
  path: string;
  /** Reads all letters, and adds the positions of those that were torn to a list. */
  read(torn?: LinePosition[]): Promise<DeadLetter[]>;
}

/** Gives each spec of a `describe` a folder for a file of dead letters, and removes it afterwards. */
export function lettersFile(): LettersFile {
  const file: LettersFile = {
    folder: '',
    path: '',
    read: (torn = []) => {
      const letters = readDeadLetters(file.path, { torn: (position) => torn.push(position) });
      return lastValueFrom(pull(letters, NEVER).pipe(toArray()));
    },
  };
  beforeEach(async () => {
    file.folder = await mkdtemp(join(tmpdir(), 'letters-'));
    file.path = join(file.folder, 'dead.ndjson');
  });
  afterEach(() => rm(file.folder, { recursive: true }));
  return file;
}
