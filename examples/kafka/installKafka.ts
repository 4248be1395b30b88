// Installs the Apache Kafka of the recipe and of its spec: `npm run kafka:install`.
import process from 'node:process';
import { installKafka, missingForKafka } from './kafkaJars.ts';

const missing = missingForKafka();
if (missing === undefined) {
  console.log(`Kafka is in ${installKafka()}`);
} else {
  console.error(`Kafka needs ${missing}, which this machine does not have.`);
  process.exitCode = 1;
}
