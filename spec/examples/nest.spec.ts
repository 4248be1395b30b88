import { describeService } from '../support/serviceSpec.ts';

describeService('nest');
