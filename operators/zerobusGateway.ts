import { checkNames, type NamesOf } from '../lib/errors/checkNames.ts';
import { readArguments } from '../lib/errors/readArguments.ts';
import { type RequestOptions, requestOptionNames, resolveRequestOptions } from '../lib/gateway/gatewayOptions.ts';
import { ZerobusGateway } from '../lib/gateway/zerobusGateway.ts';
import { ingestionFactory } from '../lib/stream/ingestionFactory.ts';
import type { ZerobusRecord } from '../lib/stream/streamTable.ts';
import type { UntypedRow } from '../lib/table/rowOf.ts';
import type { TableDefinition } from '../lib/table/tableDefinition.ts';
import { sinkOptionNames, type ToZerobusOptions } from './toZerobus.ts';

/** Options of {@link zerobusGateway}: those of its stream, as `toZerobus` has them, and how requests are taken in. */
export interface ZerobusGatewayOptions<Identity = unknown, Row = ZerobusRecord, Event = UntypedRow>
  extends Omit<ToZerobusOptions, 'backpressure' | 'streams' | 'partitionBy' | 'overflow' | 'rejected'>,
    RequestOptions<Identity, Row, Event> {}

const { rejected: _, ...streamOptionNames } = sinkOptionNames;

const optionNames: NamesOf<ZerobusGatewayOptions> = { ...streamOptionNames, ...requestOptionNames };

/**
 * Creates the server side of `rxjs-zerobus/browser`: it takes events of pages over HTTP, writes each into a Delta table
 * through Zerobus, and answers when the rows are durable.
 *
 * <span class="informal">Pages send events, and the credentials stay on the server.</span>
 *
 * It has one stream, which it opens at once. Requests that arrive meanwhile wait.
 *
 * **Delivery** is at-least-once, because a page keeps an event until it is answered. Repeats are known by client and
 * sequence number, and are not written again: those of this gateway from memory, those of an earlier one by
 * `durableSequences`.
 *
 * **Bounded**: if the limits of what is in flight are reached, a request is answered with 503, and the page waits. So
 * is a request whose rows are not durable within `answerTimeoutMs`.
 *
 * **Refused events**: an event without a row, because `row` throws, its row does not fit the table definition, or the
 * service refuses it, is part of the answer, and the page drops it. Give a table definition, so that what a page sends
 * is checked here: after `maxRejectionsInARow` refusals by the service the stream fails, since the table may have
 * changed.
 *
 * **Failure**: if the stream fails for good, requests are answered with 503, `state$` emits `failed`, and `failure` has
 * the error. Start another gateway then; pages send again what is not durable.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { defineTable } from 'rxjs-zerobus';
 * import { zerobusGateway } from 'rxjs-zerobus/gateway';
 *
 * const clicks = defineTable('main.web.clicks', (t) => ({
 *   client: t.string().notNull(),
 *   sequence: t.bigint().notNull(),
 *   page: t.string(),
 * }));
 * const gateway = zerobusGateway(clicks, {
 *   authenticate: () => true,
 *   row: (event: { page: string }, { client, sequence }) => ({ client, sequence, page: event.page }),
 * });
 * createServer(gateway.handle).listen(8080);
 * process.once('SIGTERM', () => gateway.drain(10_000).finally(() => process.exit()));
 * ```
 *
 * @param table `catalog.schema.table`, or a definition of the table, whose rows `row` then returns
 * @param options see {@link ZerobusGatewayOptions}; `authenticate` is required
 * @returns a gateway, whose `handle` takes the requests
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME`, `INVALID_ENDPOINT` or `INVALID_OPTIONS` if an argument is
 * malformed or an option is unknown
 */
export function zerobusGateway<Row extends object, Identity, Event = UntypedRow>(
  table: TableDefinition<Row>,
  options: ZerobusGatewayOptions<Identity, Row, Event>,
): ZerobusGateway;
export function zerobusGateway<Identity, Row extends ZerobusRecord = ZerobusRecord, Event = UntypedRow>(
  table: string,
  options: ZerobusGatewayOptions<Identity, Row, Event>,
): ZerobusGateway;
export function zerobusGateway<Identity, Event>(
  table: string | TableDefinition<object>,
  options: ZerobusGatewayOptions<Identity, ZerobusRecord, Event>,
): ZerobusGateway {
  return readArguments('zerobusGateway', () => {
    checkNames('zerobusGateway', options, optionNames);
    const { descriptor } = options;
    const requestOptions = resolveRequestOptions(options as unknown as RequestOptions);
    const { make, stream } = ingestionFactory({ table, descriptor }, options, options);
    return new ZerobusGateway({ make, stream, options: requestOptions });
  });
}
