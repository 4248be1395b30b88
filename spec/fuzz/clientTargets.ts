import type { FuzzTarget } from './fuzzTarget.ts';
import { addressTarget } from './targets/address.ts';
import { catalogAnswerTarget } from './targets/catalogAnswer.ts';
import { columnTypeTarget } from './targets/columnType.ts';
import { deadLetterTarget } from './targets/deadLetter.ts';
import { linesTarget } from './targets/lines.ts';
import { responseTarget } from './targets/response.ts';
import { retryAfterTarget } from './targets/retryAfter.ts';
import { statusDetailsTarget } from './targets/statusDetails.ts';
import { tokenAnswerTarget } from './targets/tokenAnswer.ts';
import { wellFormedJsonTarget } from './targets/wellFormedJson.ts';

/** What the client reads: of the service, of the workspace, of the environment, and of files. */
export const clientTargets: readonly FuzzTarget[] = [
  responseTarget,
  statusDetailsTarget,
  tokenAnswerTarget,
  catalogAnswerTarget,
  columnTypeTarget,
  retryAfterTarget,
  addressTarget,
  linesTarget,
  deadLetterTarget,
  wellFormedJsonTarget,
];
