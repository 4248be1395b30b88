import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { NotDurable } from '../events/notDurable.ts';

/** Answers requests whose events are not durable. */
@Catch(NotDurable)
export class NotDurableFilter implements ExceptionFilter<NotDurable> {
  catch(error: NotDurable, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    reply.code(error.statusCode).headers(error.headers).send(error.toJSON());
  }
}
