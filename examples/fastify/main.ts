// A Fastify service that answers when events are durable, in a process of its own.
import { runService } from '../events/runService.ts';

await runService(new URL('service.js', import.meta.url));
