import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The path of mosquitto, or `undefined` if it is not installed. Debian keeps it where only root looks. */
export function findMosquitto(): string | undefined {
  return ['mosquitto', '/usr/sbin/mosquitto'].find((path) => spawnSync(path, ['-h']).error === undefined);
}

/**
 * Starts mosquitto with sessions that outlive it, and waits until it listens.
 *
 * It writes them after each turn of its loop in which something has changed, which is behind the PUBACK.
 *
 * @param path as {@link findMosquitto} returns it
 * @param folder the folder of its sessions
 */
export async function startMosquitto(path: string, folder: string, port: number): Promise<ChildProcess> {
  const config = join(folder, 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    // As root it would become another user, who may not write here.
    `user ${userInfo().username}`,
    'persistence true',
    `persistence_location ${folder}/`,
    'autosave_on_changes true',
    'autosave_interval 1',
    'max_queued_messages 0',
  ];
  writeFileSync(config, lines.map((line) => `${line}\n`).join(''));
  const broker = spawn(path, ['-v', '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of createInterface({ input: broker.stderr })) {
    if (line.includes(' running')) {
      broker.stderr.resume();
      return broker;
    }
  }
  const [code] = await once(broker, 'exit');
  throw new Error(`mosquitto ended with ${code} before it listened`);
}
