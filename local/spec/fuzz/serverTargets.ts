import type { FuzzTarget } from './fuzzTarget.ts';
import { checkpointTarget } from './targets/checkpoint.ts';
import { ddlTarget } from './targets/ddl.ts';
import { deltaLogTarget } from './targets/deltaLog.ts';
import { expressionTarget } from './targets/expression.ts';
import { jsonRecordsTarget } from './targets/jsonRecords.ts';
import { protoRecordsTarget } from './targets/protoRecords.ts';
import { requestTarget } from './targets/request.ts';
import { tokenRequestTarget } from './targets/tokenRequest.ts';

/** What the local server reads: of clients, of scripts, and of the logs of other writers. */
export const serverTargets: readonly FuzzTarget[] = [
  requestTarget,
  protoRecordsTarget,
  jsonRecordsTarget,
  ddlTarget,
  expressionTarget,
  tokenRequestTarget,
  deltaLogTarget,
  checkpointTarget,
];
