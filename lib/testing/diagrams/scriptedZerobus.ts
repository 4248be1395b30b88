import type { HeadersProvider } from '../../auth/headersProvider.ts';
import { OAuthHeadersProvider } from '../../auth/oAuthHeadersProvider.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';
import type { Transport } from '../../transport/transport.ts';
import type { RecordFormat } from '../../wire/batch.ts';
import { RowForm } from '../decoding/rowForm.ts';
import type { ReceivedBatch, VirtualConnection, VirtualServiceObserver } from '../virtualConnection.ts';
import { VirtualService } from '../virtualService.ts';
import { Deliveries } from './deliveries.ts';
import type { FrameEnds } from './frameEnds.ts';
import type { Interval } from './interval.ts';
import type { PlainAct, ServiceAct } from './serviceAct.ts';
import { fetchScriptedToken } from './tokenScript.ts';
import { type ParsedScript, parseZerobusScript, type ZerobusScript } from './zerobusScript.ts';

/** The options that lead a stream to a scripted Zerobus. */
export interface ScriptedOptions {
  /** OAuth as in production, but its tokens come from the diagrams `tokens`. */
  readonly headersProvider: HeadersProvider;
  /** Returns 0, so that each reconnect is immediate. */
  readonly random: () => number;
  /** @internal */
  readonly transport: Transport;
}

/** A batch that has arrived at a scripted Zerobus. */
export interface Arrival {
  /** The frame in which it arrived. */
  readonly frame: number;
  /** Whether its rows travel as JSON or as protobuf. */
  readonly format: RecordFormat;
  /** Its rows, decoded. Those of protobuf are bytes, unless the option `table` was given. */
  readonly rows: readonly unknown[];
}

/** A Zerobus that diagrams script. */
export class ScriptedZerobus {
  /** The options for `toZerobus`, `throughZerobus`, `ingest` and the like. */
  readonly options: ScriptedOptions;
  /** The connections so far, each with its frames, for `expectSubscriptions`. */
  readonly connections: Interval[] = [];
  /** The token requests so far, each with its frames, for `expectSubscriptions`. */
  readonly tokenRequests: Interval[] = [];
  /** @internal The form of its rows. */
  readonly rowForm: RowForm;
  /** @internal What it could not do as the diagrams say, as sentences. A test with such a diagram fails. */
  readonly mistakes: string[] = [];
  /** @internal What to know if an expectation fails, as sentences. */
  readonly notes: string[] = [];
  readonly #arrivals: Arrival[] = [];
  readonly #rows: unknown[] = [];
  readonly #script: ParsedScript;
  readonly #frameEnds: FrameEnds;
  readonly #deliveries = new Deliveries((batch) => this.#rows.push(...this.#rowsOf(batch)));

  /** @internal Only `zerobus` of a test creates one. */
  constructor(script: ZerobusScript, frameEnds: FrameEnds) {
    this.#script = parseZerobusScript(script);
    this.#frameEnds = frameEnds;
    this.rowForm = new RowForm(script.table);
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

  /** The batches that have arrived, in order, and again if they were sent again. */
  get arrivals(): readonly Arrival[] {
    return this.#arrivals;
  }

  /** The rows that have become durable, in order, decoded. */
  get rows(): readonly unknown[] {
    return this.#rows;
  }

  #observer(): VirtualServiceObserver {
    const { connections, ackDelayMs, capacity } = this.#script;
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
      onBatch: (connection, batch) => {
        const { frame } = this.#frameEnds;
        this.#arrivals.push({ frame, format: batch.format, rows: this.#rowsOf(batch) });
        const delivery = this.#deliveries.add(connection, batch);
        if (ackDelayMs !== undefined) {
          this.#frameEnds.at(frame + ackDelayMs, 'answer', () => this.#deliveries.acknowledge(delivery));
        }
      },
      onHalfClose: (connection) => {
        this.#frameEnds.at(this.#frameEnds.frame, 'answer', () => this.#performOn(connection, 'end'));
      },
      onCancel: (connection) => this.#leave(connection),
    };
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
    if (number === undefined) {
      this.#deliveries.connections.at(-1)?.ack(undefined);
      return;
    }
    const plan = this.#deliveries.plan(number);
    const start = `In frame ${this.#frameEnds.frame}, the service acknowledges record ${number}`;
    if (plan.kind === 'impossible') {
      this.mistakes.push(`${start}, but ${plan.reason}.`);
    } else if (plan.kind === 'overAck') {
      this.notes.push(`${start}, which has not arrived. The client takes that for an error of the service.`);
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
