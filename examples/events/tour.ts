import type { Workspace } from '../support/withZerobus.ts';
import { post, sendUntilDurable } from './sendUntilDurable.ts';
import { type ServiceProcess, startService } from './serviceProcess.ts';

/** A small window, so that it is full at times. */
const args = ['--port', '0', '--window', '50'];
const ROUNDS = 50;
const BATCHES = 100;
const CLIENTS = 8;

/**
 * Shows what a service answers: durable events, bad ones, too many, and then its end, by SIGKILL and by SIGTERM.
 *
 * @param path the path of the compiled service.js
 */
export async function tour(path: string, workspace: Workspace): Promise<void> {
  const start = (): Promise<ServiceProcess> =>
    startService(path, workspace, args, (line) => console.log(`  service: ${line}`));
  let service = await start();
  const url = (): string => service.url;
  try {
    await showAnswers(url());
    await showFullWindow(url());
    for (const page of ['/health/ready', '/metrics']) {
      const answer = await fetch(`${url()}${page}`);
      console.log(`GET ${page}: ${answer.status} ${await answer.text()}`);
    }

    let durable = 0;
    let attempts = 0;
    let restarted: Promise<void> | undefined;
    const restart = async (): Promise<void> => {
      console.log(`SIGKILL after ${durable} of ${BATCHES} batches: ended by ${await service.stop('SIGKILL')}`);
      service = await start();
    };
    const sendAll = async (client: number): Promise<void> => {
      for (let n = client; n < BATCHES; n += CLIENTS) {
        const made = await sendUntilDurable({ url }, batch(`kill-${n}`, 5));
        attempts += made;
        durable++;
        if (durable === BATCHES / 2) {
          restarted = restart();
        }
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, client) => sendAll(client)));
    await restarted;
    console.log(`all ${durable} batches are durable, after ${attempts} attempts`);

    const last = Array.from({ length: 8 }, (_, n) => post(url(), batch(`last-${n}`, 5)));
    await Promise.race(last);
    const ended = service.stop('SIGTERM');
    const answers = await Promise.all(last);
    console.log(`SIGTERM with requests in flight: ${tally(answers.map((answer) => answer?.status ?? 0))}`);
    console.log(`exit code ${await ended}`);
  } finally {
    await service.stop('SIGKILL');
  }
}

async function showAnswers(url: string): Promise<void> {
  const bodies = {
    'one event': { id: 'one', kind: 'click', amount: 1.5 },
    'a batch': batch('batch', 3),
    'a bad batch': [...batch('bad', 1), { id: 'bad-1', kind: 7 }],
  };
  for (const [name, body] of Object.entries(bodies)) {
    const answer = await post(url, body);
    console.log(`POST ${name}: ${answer?.status} ${await answer?.text()}`);
  }
}

/** Sends many requests at once, until some are refused because too many events are in flight. */
async function showFullWindow(url: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => post(url, batch(`flood-${round}-${n}`, 5))));
    const refused = answers.find((answer) => answer?.status === 503);
    if (refused !== undefined) {
      console.log(`POST 40 batches at once: ${tally(answers.map((answer) => answer?.status ?? 0))}`);
      console.log(`POST one of them: 503 Retry-After ${refused.headers.get('retry-after')} ${await refused.text()}`);
      return;
    }
  }
}

function batch(name: string, count: number): readonly object[] {
  return Array.from({ length: count }, (_, n) => ({ id: `${name}-${n}`, kind: 'purchase', amount: n + 0.5 }));
}

function tally(statuses: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const status of statuses) {
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return [...counts].map(([status, count]) => `${count} x ${status === 0 ? 'no answer' : status}`).join(', ');
}
