import { OAuthHeadersProvider } from '../../auth/oAuthHeadersProvider.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';
import type { UntypedRow } from '../../table/rowOf.ts';
import { RowForm } from '../decoding/rowForm.ts';
import type { ReceivedBatch, VirtualConnection, VirtualServiceObserver } from '../virtualConnection.ts';
import { VirtualService } from '../virtualService.ts';
import { Deliveries } from './deliveries.ts';
import { fetchScriptedToken } from './fetchScriptedToken.ts';
import type { FrameEnds } from './frameEnds.ts';
import type { Interval } from './interval.ts';
import type { Arrival, ScriptedOptions, ScriptedZerobus } from './scriptedZerobus.ts';
import { type PlainAct, refusal, type ServiceAct } from './serviceAct.ts';
import { type ParsedScript, parseZerobusScript, type ZerobusScript } from './zerobusScript.ts';

/** Plays the script of a {@link ScriptedZerobus}. */
export class PlayedService implements ScriptedZerobus {
  readonly options: ScriptedOptions;
  readonly connections: Interval[] = [];
  readonly tokenRequests: Interval[] = [];
  readonly arrivals: Arrival[] = [];
  readonly rows: unknown[] = [];
  /** The form of its rows. */
  readonly rowForm: RowForm;
  /** What it could not do as the diagrams say, as sentences. A test with such a diagram fails. */
  readonly mistakes: string[] = [];
  readonly #notes: string[] = [];
  #hasCreated = false;
  readonly #script: ParsedScript;
  readonly #frameEnds: FrameEnds;
  readonly #deliveries = new Deliveries((batch) => this.#store(batch));

  constructor(script: ZerobusScript, frameEnds: FrameEnds) {
    this.#script = parseZerobusScript(script);
    this.#frameEnds = frameEnds;
    this.rowForm = new RowForm(this.#script.table);
    this.options = {
      headersProvider: new OAuthHeadersProvider({
        workspaceUrl: 'https://workspace.test',
        workspaceId: 'workspace',
        table: 'main.default.any',
        clientId: 'client',
        clientSecret: 'secret',
        fetchToken: fetchScriptedToken(this.#script.tokens, this.tokenRequests, frameEnds),
      }),
      random: () => 0,
      transport: new VirtualService(this.#observer()),
    };
    for (const { frame, act } of this.#script.acks) {
      frameEnds.at(frame, 'script', () => this.#perform(act, this.#deliveries.connections));
    }
  }

  /** What to know if an expectation fails, as sentences. */
  get notes(): readonly string[] {
    if (this.tokenRequests.length + this.connections.length === 0) {
      return ['The pipeline opened no stream on the service: pass service.options to it.'];
    }
    return this.#hasCreated && this.arrivals.length === 0
      ? [
          ...this.#notes,
          'Nothing arrived at the service. If a promise is in the pipeline, it does not run in virtual time.',
        ]
      : this.#notes;
  }

  #observer(): VirtualServiceObserver {
    const { connections, ackDelayMs, capacity, refuses, table } = this.#script;
    return {
      onOpen: (connection) => {
        const { frame: now } = this.#frameEnds;
        this.connections.push({ subscribedFrame: now, unsubscribedFrame: Number.POSITIVE_INFINITY });
        this.#deliveries.open(connection);
        // The request that creates the stream is no batch.
        connection.room = capacity + 1;
        for (const { frame, act } of connections[connection.number] ?? connections.at(-1) ?? []) {
          this.#frameEnds.at(now + frame, 'answer', () => this.#performOn(connection, act));
        }
      },
      onCreate: ({ number }, { format }) => {
        if (number === 0 && format === 'PROTO' && table === undefined) {
          this.#notes.push(
            'The rows are protobuf: to compare them by columns, pass the definition as zerobus({ table }).',
          );
        }
      },
      onBatch: (connection, batch) => {
        const { frame } = this.#frameEnds;
        const rows = this.#rowsOf(batch);
        this.arrivals.push({ frame, format: batch.format, rows });
        const delivery = this.#deliveries.add(connection, batch);
        if (rows.some((row) => refuses(row as UntypedRow))) {
          this.#frameEnds.at(frame, 'answer', () => this.#performOn(connection, refusal));
        } else if (ackDelayMs !== undefined) {
          this.#frameEnds.at(frame + ackDelayMs, 'answer', () => this.#deliveries.acknowledge(delivery));
        }
      },
      onHalfClose: (connection) => {
        this.#frameEnds.at(this.#frameEnds.frame, 'answer', () => this.#performOn(connection, 'end'));
      },
      onCancel: (connection) => this.#leave(connection),
    };
  }

  #store(batch: ReceivedBatch): void {
    for (const row of this.#rowsOf(batch)) {
      this.rows.push(row);
    }
  }

  #rowsOf({ format, records }: ReceivedBatch): readonly unknown[] {
    return records.map((payload) => this.rowForm.decode(format, payload));
  }

  #performOn(connection: VirtualConnection, act: ServiceAct | PlainAct): void {
    if (!connection.isOver) {
      this.#perform(act, [connection]);
    }
  }

  #perform(act: ServiceAct | PlainAct, connections: readonly VirtualConnection[]): void {
    if (typeof act === 'object' && 'ack' in act) {
      this.#ackUpTo(act.ack);
      return;
    }
    for (const connection of connections) {
      if (act instanceof ZerobusError) {
        this.#leave(connection);
        connection.fail(act);
      } else if (act === 'create') {
        this.#hasCreated = true;
        connection.create();
      } else if (act === 'drain') {
        connection.drain(this.#script.capacity);
      } else if (act === 'end') {
        this.#leave(connection);
        connection.end();
      } else {
        connection.signalClose(act.closeSignalMs);
      }
    }
  }

  #ackUpTo(number: number | undefined): void {
    const newest = this.#deliveries.connections.at(-1);
    const start = `In frame ${this.#frameEnds.frame}, the service acknowledges record ${number}`;
    if (newest === undefined) {
      this.#notes.push(`${start}, but no connection is open.`);
      return;
    }
    if (number === undefined) {
      newest.ack(undefined);
      return;
    }
    const plan = this.#deliveries.plan(number, newest);
    if (plan.kind === 'impossible') {
      this.mistakes.push(`${start}, but ${plan.reason}.`);
    } else if (plan.kind === 'overAck') {
      this.#notes.push(`${start}, which has not arrived. The client takes that for an error of the service.`);
      plan.connection.ack(plan.physicalOffset);
    } else {
      for (const delivery of plan.upTo) {
        this.#deliveries.acknowledge(delivery);
      }
    }
  }

  #leave(connection: VirtualConnection): void {
    const interval = this.connections[connection.number];
    if (interval !== undefined) {
      interval.unsubscribedFrame = this.#frameEnds.frame;
    }
    this.#deliveries.close(connection);
  }
}
