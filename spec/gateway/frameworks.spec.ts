import 'reflect-metadata';
import { All, Controller, Module, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { ZerobusGateway } from '../../lib/gateway/zerobusGateway.ts';
import { gatewayWorld, PageClient, range } from '../support/gatewayWorld.ts';

/** Hands a request of Fastify over, whose body Fastify has read. */
function handOver(gateway: ZerobusGateway, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.hijack();
  return gateway.handle(Object.assign(request.raw, { body: request.body }), reply.raw);
}

describe('A gateway behind a framework', () => {
  const suite = gatewayWorld();

  /** Expects a server to take events, to answer a preflight, and to answer other requests by itself. */
  const expectToServe = async (url: string): Promise<void> => {
    const page = new PageClient();
    const answer = await page.send(`${url}/events`, 1, range(1, 3), (sequence) => ({ kind: `k${sequence}` }));
    expect([answer.status, answer.durable]).toEqual([200, 3]);
    expect((await page.send(`${url}/events`, 1, range(1, 4))).status).toBe(200);
    expect((await fetch(`${url}/events`, { method: 'OPTIONS', headers: { origin: url } })).status).toBe(204);
    expect((await fetch(`${url}/other`)).status).toBe(404);
    expect(await suite.world.stored(page.id)).toEqual([1, 2, 3, 4]);
  };

  it('serves with Fastify', async () => {
    const gateway = suite.world.gateway();
    const app = fastify();
    app.route({
      method: ['POST', 'OPTIONS'],
      url: '/events',
      handler: (request, reply) => handOver(gateway, request, reply),
    });
    try {
      await expectToServe(await app.listen({ host: '127.0.0.1', port: 0 }));
    } finally {
      await app.close();
    }
  });

  it('serves with NestJS', async () => {
    const gateway = suite.world.gateway();
    class EventsController {
      take(request: FastifyRequest, reply: FastifyReply): Promise<void> {
        return handOver(gateway, request, reply);
      }
    }
    class EventsModule {}
    // What decorators do, which the specs are compiled without.
    const { prototype } = EventsController;
    All()(prototype, 'take', Object.getOwnPropertyDescriptor(prototype, 'take') as PropertyDescriptor);
    Req()(prototype, 'take', 0);
    Res()(prototype, 'take', 1);
    Controller('events')(EventsController);
    Module({ controllers: [EventsController] })(EventsModule);
    const app = await NestFactory.create<NestFastifyApplication>(EventsModule, new FastifyAdapter(), { logger: false });
    try {
      await app.listen(0, '127.0.0.1');
      await expectToServe((await app.getUrl()).replace('[::1]', '127.0.0.1'));
    } finally {
      await app.close();
    }
  });
});
