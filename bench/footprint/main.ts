// Imports one client into an otherwise empty process, and reports how long that took.
import { loadOfficialSdk } from '../clients/officialSdk.ts';
import type { Subject } from '../job.ts';
import { endWithParent, sendToParent } from '../process/parent.ts';

endWithParent();
const { subject } = JSON.parse(process.argv[2] ?? '{}') as { subject: Subject };
const startedAt = performance.now();
if (subject === 'ours') {
  await import('rxjs-zerobus');
} else if (subject === 'official') {
  loadOfficialSdk();
} else {
  await import('node:http2');
}
await sendToParent({ importMs: performance.now() - startedAt });
process.exit();
