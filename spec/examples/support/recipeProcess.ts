import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const recipes = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** The table of the recipes. Specs number their rows in `humidity`. */
export const AIR_QUALITY_DDL =
  'CREATE TABLE main.examples.air_quality (device_name STRING NOT NULL, temp INT, humidity BIGINT, measured_at TIMESTAMP)';

/** The ports of a `zerobus-local` that the recipe writes to. */
export interface ServicePorts {
  readonly port: number;
  readonly httpPort: number;
}

/**
 * Starts a recipe as a process of its own, and waits for its first line on stdout.
 *
 * @param name the folder of the recipe
 * @param service what it writes to
 * @param variables its further environment
 * @param onLine called with each line, of stderr too, which shows what happens to its streams
 */
export async function startRecipe(
  name: string,
  { port, httpPort }: ServicePorts,
  variables: NodeJS.ProcessEnv,
  onLine: (line: string) => void = () => {},
): Promise<ChildProcess> {
  const recipe = spawn(process.execPath, [`${recipes}${name}/main.js`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      no_grpc_proxy: '127.0.0.1',
      ZEROBUS_ENDPOINT: `http://127.0.0.1:${port}`,
      DATABRICKS_HOST: `http://127.0.0.1:${httpPort}`,
      DATABRICKS_CLIENT_ID: 'client',
      DATABRICKS_CLIENT_SECRET: 'client-secret',
      NODE_DEBUG: 'rxjs-zerobus',
      ...variables,
    },
  });
  let last = '';
  createInterface({ input: recipe.stderr }).on('line', (line) => {
    last = line;
    onLine(line);
  });
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: recipe.stdout }).on('line', (line) => {
      resolve();
      onLine(line);
    });
    recipe.once('exit', () => reject(new Error(`The recipe ${name} ended before its first line: ${last}`)));
  });
  return recipe;
}

/** The parts of the recipe for Kafka that its spec needs. */
interface KafkaModules {
  readonly 'kafka/kafkaJars': {
    kafkaJars(): string | undefined;
    missingForKafka(): string | undefined;
  };
  readonly 'kafka/kafkaBroker': {
    startKafka(
      jars: string,
      folder: string,
      topic: string,
      partitions: number,
    ): Promise<{ readonly address: string; readonly ready: Promise<void>; close(): Promise<void> }>;
  };
}

/** Loads a compiled module of a recipe. The examples are compiled after the specs, so it can not be imported. */
export function recipeModule<Name extends keyof KafkaModules>(name: Name): Promise<KafkaModules[Name]> {
  return import(`${recipes}${name}.js`);
}
