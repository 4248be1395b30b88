import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { on, once } from 'node:events';
import { watch, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The path of mosquitto, or `undefined` if it is not installed. Debian keeps it where only root looks. */
export function findMosquitto(): string | undefined {
  return ['mosquitto', '/usr/sbin/mosquitto'].find((path) => spawnSync(path, ['-h']).error === undefined);
}

/**
 * Starts mosquitto with the sessions in a folder, and waits until it listens. It saves them every 30 minutes, and when
 * {@link saveSessions} asks for it.
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

/** Has mosquitto save its sessions, and waits until they are in their folder. */
export async function saveSessions(broker: ChildProcess, folder: string): Promise<void> {
  const files = watch(folder);
  try {
    broker.kill('SIGUSR1');
    for await (const [, name] of on(files, 'change')) {
      if (name === 'mosquitto.db') {
        return;
      }
    }
  } finally {
    files.close();
  }
}
