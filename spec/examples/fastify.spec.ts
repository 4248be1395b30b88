import { describeService } from '../support/serviceSpec.ts';

describeService('fastify');
