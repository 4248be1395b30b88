import { connectAsync, type MqttClient } from 'mqtt';

/** Publishes numbered readings at QoS 1, in rounds whose messages are in flight together. */
export class Publisher {
  readonly #client: MqttClient;
  readonly #roundSize: number;
  /** The number of readings, and so the number of the next one. */
  count = 0;
  /** The number of readings that were published once more. */
  repeated = 0;

  private constructor(client: MqttClient, roundSize: number) {
    this.#client = client;
    this.#roundSize = roundSize;
  }

  static async connect(url: string, roundSize: number): Promise<Publisher> {
    const client = await connectAsync(url, { clientId: 'publisher', reconnectPeriod: 50 });
    // While the broker is away. It connects again.
    client.on('error', () => {});
    return new Publisher(client, roundSize);
  }

  /**
   * Publishes a round, and returns when each of its messages has its PUBACK.
   *
   * @param meanwhile called at the first PUBACK, and awaited
   */
  async publishRound(meanwhile?: () => Promise<void>): Promise<void> {
    this.count += this.#roundSize;
    await this.#publishLast(meanwhile);
  }

  /** Publishes the last round again. For a broker that was killed: mosquitto sends PUBACK before it saves a message. */
  async repeatRound(): Promise<void> {
    this.repeated += this.#roundSize;
    await this.#publishLast();
  }

  /** Publishes what is no reading. */
  async publishBad(text: string): Promise<void> {
    await this.#client.publishAsync('readings/bad', text, { qos: 1 });
  }

  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }

  async #publishLast(meanwhile?: () => Promise<void>): Promise<void> {
    const first = this.count - this.#roundSize;
    let running: Promise<void> | undefined;
    const published = Array.from({ length: this.#roundSize }, async (_, at) => {
      const payload = JSON.stringify({ temp: 20, humidity: first + at });
      await this.#client.publishAsync(`readings/sensor-${at % 10}`, payload, { qos: 1 });
      running ??= meanwhile?.();
    });
    await Promise.all(published);
    await running;
  }
}
