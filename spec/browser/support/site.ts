import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { GatewayWorld } from '../../support/gatewayWorld.ts';
import { stopProcess } from '../../support/serverProcess.ts';
import { pageBundle } from './pageBundle.ts';
import { servePage } from './servePage.ts';

const program = fileURLToPath(new URL('../../e2e/programs/gateway.js', import.meta.url));

/** A site: a proxy that serves pages, and passes their events on to a gateway in a process of its own. */
export class Site {
  readonly #world: GatewayWorld;
  #gateway: ChildProcess | undefined;
  #port = 0;
  #durable = '';
  /** The address of the pages. */
  origin = '';

  private constructor(world: GatewayWorld) {
    this.#world = world;
  }

  static async start(world: GatewayWorld): Promise<Site> {
    const site = new Site(world);
    const page = await pageBundle();
    // The gateway asks this process what the table holds.
    site.#durable = await world.serve(async ({ url = '' }, response) => {
      const { searchParams } = new URL(url, 'http://127.0.0.1');
      const stored = await world.stored(searchParams.get('client') ?? '');
      response.end(JSON.stringify(stored.filter((sequence) => sequence >= Number(searchParams.get('from')))));
    });
    site.origin = await world.serve((request, response) => {
      if (request.url !== '/events') {
        servePage(request, response, page);
        return;
      }
      const { method, headers } = request;
      const passed = httpRequest({ host: '127.0.0.1', port: site.#port, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      });
      passed.on('error', () => response.destroy());
      response.on('close', () => passed.destroy());
      request.pipe(passed);
    });
    return site;
  }

  /** Starts the gateway. */
  async startGateway(): Promise<void> {
    const configuration = JSON.stringify({ connection: this.#world.connection, durable: this.#durable });
    this.#gateway = spawn(process.execPath, [program, configuration], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(createInterface({ input: this.#gateway.stdout as NodeJS.ReadableStream }), 'line');
    this.#port = Number(port);
  }

  /** Ends the gateway with SIGKILL. */
  async killGateway(): Promise<void> {
    if (this.#gateway?.exitCode === null && this.#gateway.signalCode === null) {
      await stopProcess(this.#gateway, 'SIGKILL');
    }
  }
}
