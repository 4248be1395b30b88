import 'reflect-metadata';
import { ShutdownSignal } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { serviceOptions } from '../events/serviceOptions.ts';
import { EventsModule } from './eventsModule.ts';

const { port, window, drainMs } = serviceOptions();
// The address and the credentials of the workspace are in the environment.
const connection = {};

const app = await NestFactory.create<NestFastifyApplication>(
  EventsModule.register({ connection, window, drainMs, log: (line) => console.error(line) }),
  new FastifyAdapter({ bodyLimit: 1024 * 1024, requestTimeout: 10_000 }),
  { logger: ['warn', 'error'] },
);
app.enableShutdownHooks([ShutdownSignal.SIGTERM, ShutdownSignal.SIGINT], { useProcessExit: true });
await app.listen(port, '127.0.0.1');
console.log(`listens on ${await app.getUrl()}`);
