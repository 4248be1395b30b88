import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './freePort.ts';

const temporaryFolders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Returns the version of nginx, or `undefined` if it is not installed. */
export function nginxVersion(): string | undefined {
  const { status, stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  return status === 0 ? stderr.trim() : undefined;
}

/** An nginx with the configuration that it has by default, in front of a server. */
export class Nginx {
  /** Its address. */
  readonly url: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(url: string, folder: string, process: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#process = process;
  }

  /** Starts nginx in front of the address of a server. */
  static async start(target: string): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
    const port = await freePort();
    const paths = temporaryFolders.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
    const configuration = join(folder, 'nginx.conf');
    await writeFile(
      configuration,
      `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
      http {
        access_log off; ${paths}
        server { listen 127.0.0.1:${port}; location / { proxy_pass ${target}; } }
      }`,
    );
    const args = ['-p', folder, '-e', join(folder, 'error.log'), '-c', configuration];
    const process = spawn('nginx', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const nginx = new Nginx(`http://127.0.0.1:${port}`, folder, process);
    await nginx.#listens(port);
    return nginx;
  }

  /** Ends nginx. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #listens(port: number): Promise<void> {
    while (this.#process.exitCode === null) {
      const socket = connect(port, '127.0.0.1');
      try {
        await once(socket, 'connect');
        return;
      } catch {
        // nginx says nothing when it listens.
        await delay(10);
      } finally {
        socket.destroy();
      }
    }
    await this.stop();
    throw new Error('nginx ended before it listened.');
  }
}
