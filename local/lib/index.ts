export { TableDefinitionError, TableStoreError } from './errors.ts';
export { Activity, type ActivityCounters } from './faults/activity.ts';
export { FaultInjector, type TokenFailure } from './faults/faultInjector.ts';
export type { Fault, FaultScope } from './faults/faultRules.ts';
export type { FaultStatus } from './faults/liveStream.ts';
export type { OpenedStream } from './faults/openedStream.ts';
export type {
  CallRefusedEvent,
  CommitEvent,
  HandshakeFailedEvent,
  RequestRefusedEvent,
  RowsRejectedEvent,
  ServerEvent,
  StreamClosedEvent,
  StreamOpenedEvent,
  StreamRefusedEvent,
  TokenIssuedEvent,
} from './faults/serverEvent.ts';
export type { ActiveFault } from './live/api/faultView.ts';
export { ListenError, type ListenErrorCode } from './net/listen.ts';
export { createTableSql } from './schema/createTableSql.ts';
export {
  type DeltaColumn,
  type DeltaTable,
  type DeltaType,
  fullTableName,
  type IdentityColumn,
  type PrimitiveName,
} from './schema/deltaType.ts';
export { parseCreateTable, parseCreateTables } from './schema/parseCreateTable.ts';
export type { QueryOptions, QueryResult } from './sql/queryResult.ts';
export { querySql } from './sql/querySql.ts';
export { readTable } from './sql/readTable.ts';
export { startZerobusLocal } from './startZerobusLocal.ts';
export type { FlushEvent } from './storage/flushQueue.ts';
export type { TableCounters } from './storage/tableStore.ts';
export type { GivenTls } from './tls/serverTls.ts';
export type { ErrorInfo } from './wire/encodeStatusDetails.ts';
export { ZerobusLocal } from './zerobusLocal.ts';
export type { ZerobusLocalOptions } from './zerobusLocalOptions.ts';
