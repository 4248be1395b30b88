import { connectAsync, type MqttClient } from 'mqtt';

/** Publishes numbered readings at QoS 1, in rounds whose messages are in flight together. */
export class Publisher {
  readonly #client: MqttClient;
  /** The number of messages, and so the number of the next one. */
  count = 0;
  /** The number of messages that were published again, since the broker may have forgotten them. */
  repeated = 0;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  static async connect(url: string): Promise<Publisher> {
    const client = await connectAsync(url, { clientId: 'publisher', reconnectPeriod: 50 });
    // While the broker is away. It connects again.
    client.on('error', () => {});
    return new Publisher(client);
  }

  /**
   * Publishes a round, and returns when each of its messages has its PUBACK.
   *
   * @param kill kills the broker, if it is to be killed during the round. The round is published again then: mosquitto
   * sends PUBACK before it saves, so only the messages of the rounds before are safe
   */
  async publishRound(size: number, kill?: () => Promise<void>): Promise<void> {
    const first = this.count;
    this.count += size;
    let killing: Promise<void> | undefined;
    await this.#publish(first, size, () => {
      killing ??= kill?.();
    });
    if (killing !== undefined) {
      await killing;
      await this.#publish(first, size, () => {});
      this.repeated += size;
    }
  }

  /** Publishes what is no reading. */
  async publishBad(text: string): Promise<void> {
    await this.#client.publishAsync('readings/bad', text, { qos: 1 });
  }

  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }

  async #publish(first: number, size: number, onAcknowledged: () => void): Promise<void> {
    const published = Array.from({ length: size }, async (_, at) => {
      const payload = JSON.stringify({ temp: 20, humidity: first + at });
      await this.#client.publishAsync(`readings/sensor-${at % 10}`, payload, { qos: 1 });
      onAcknowledged();
    });
    await Promise.all(published);
  }
}
