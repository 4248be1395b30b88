import { connect, type DoneCallback, type IPublishPacket } from 'mqtt';
import { Observable } from 'rxjs';

/** A broker, and the topics that are read from it. */
export interface Subscription {
  readonly url: string;
  /** `5`, or `4` for MQTT 3.1.1. */
  readonly protocolVersion: 4 | 5;
  /** The name of the session: another process with it takes the session over. */
  readonly clientId: string;
  /** A topic filter, such as `readings/#`. */
  readonly topics: string;
}

/** A message that the broker keeps until it is acknowledged. */
export interface Delivery {
  readonly topic: string;
  readonly payload: Buffer;
  /**
   * Lets the broker forget the message, or does nothing if the connection that brought it is over. To be called once,
   * in the order of the messages, which MQTT wants.
   */
  acknowledge(): void;
}

/** The most messages that a broker sends ahead of their acknowledgements. */
const RECEIVE_MAXIMUM = 1000;
/** The time that a broker keeps the session of a client that is away, in seconds. */
const SESSION_EXPIRY = 7 * 24 * 3600;
const RECONNECT_MS = 200;

/** What the callback of `handleMessage` takes instead of sending PUBACK. It is never seen. */
const notYet = new Error('The message is not acknowledged yet.');

/**
 * Emits the messages of a broker at QoS 1, in a session that outlives the process, and reads on while they wait for
 * their acknowledgement.
 *
 * MQTT.js hands one message at a time to `handleMessage`, and waits for its callback. Called with an error, the
 * callback reads on and sends no PUBACK. Called without, it sends PUBACK, and that may be later.
 *
 * @param paused$ stops reading with `true`, so that the socket fills up and the broker waits
 * @param stop$ ends reading: completes once all messages are acknowledged
 */
export function deliveries(
  subscription: Subscription,
  paused$: Observable<boolean>,
  stop$: Observable<unknown>,
): Observable<Delivery> {
  return new Observable((subscriber) => {
    const { url, protocolVersion, clientId, topics } = subscription;
    const properties = { receiveMaximum: RECEIVE_MAXIMUM, sessionExpiryInterval: SESSION_EXPIRY };
    const client = connect(url, {
      protocolVersion,
      clientId,
      clean: false,
      reconnectPeriod: RECONNECT_MS,
      ...(protocolVersion === 5 && { properties }),
    });
    /** Counts for one connection. Another one numbers its messages again. */
    let connection = { unacknowledged: 0 };
    let held: DoneCallback[] = [];
    let isPaused = false;
    let isStopping = false;
    const completeIfDone = (): void => {
      if (isStopping && connection.unacknowledged === 0) {
        subscriber.complete();
      }
    };

    client.handleMessage = ({ topic, payload }: IPublishPacket, callback: DoneCallback): void => {
      if (isStopping) {
        // It stays in the session.
        return;
      }
      const own = connection;
      own.unacknowledged++;
      const acknowledge = (): void => {
        if (own === connection) {
          own.unacknowledged--;
          callback();
          completeIfDone();
        }
      };
      subscriber.next({ topic, payload: Buffer.from(payload), acknowledge });
      if (isPaused) {
        held.push(callback);
      } else {
        callback(notYet);
      }
    };
    client.on('close', () => {
      connection = { unacknowledged: 0 };
      held = [];
      completeIfDone();
    });
    // Such as a broker that refuses connections while it starts. MQTT.js tries again.
    client.on('error', ({ message }) => console.error(`broker: ${message}`));
    client.subscribe(topics, { qos: 1 }, (error) => {
      if (error) {
        subscriber.error(error);
      } else {
        console.log(`reading ${topics} as ${clientId}`);
      }
    });
    subscriber.add(
      paused$.subscribe((value) => {
        isPaused = value;
        if (!isPaused) {
          for (const callback of held.splice(0)) {
            callback(notYet);
          }
        }
      }),
    );
    subscriber.add(
      stop$.subscribe(() => {
        isStopping = true;
        completeIfDone();
      }),
    );
    // Behind the acknowledgements that are on their way.
    return () => client.end();
  });
}
