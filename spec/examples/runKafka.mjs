// Runs the spec of the Kafka recipe, after it has installed Kafka if that is not there yet. `npm run spec:kafka`
// compiles both first. Kafka's jars are too much for `npm test`, which runs the spec only if they are there.

import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { installKafka, missingForKafka } from '../../build/examples/kafka/kafkaJars.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SPEC = 'build/spec/examples/kafkaKills.spec.js';

function skip(reason) {
  console.log(`The spec of the Kafka recipe is skipped: ${reason}`);
  return 0;
}

function main() {
  const missing = missingForKafka();
  if (missing !== undefined) {
    return skip(`it needs ${missing}.`);
  }
  try {
    installKafka();
  } catch (error) {
    return skip(error.message);
  }
  const jasmine = ['node_modules/jasmine/bin/jasmine.js', '--config=spec/jasmine.mjs', SPEC];
  return spawnSync(process.execPath, jasmine, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

process.exitCode = main();
