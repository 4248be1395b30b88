import type { VirtualFile } from '../support/compile.ts';
import { codeBlocks } from '../support/markdown.ts';
import type { Exported } from '../support/moduleExports.ts';

/**
 * The folder that examples are compiled in. It is within the package, so that the package's own name leads to the
 * build.
 */
const FOLDER = 'build/spec/docs/examples';

/** Declarations that the examples assume, because they would hide what the examples show. */
export const surroundings: VirtualFile = {
  path: `${FOLDER}/surroundings.d.ts`,
  text: `
    import type { Observable } from 'rxjs';
    import type { ZerobusSdk, ZerobusError } from 'rxjs-zerobus';
    import type { ZerobusLocal } from 'zerobus-local';
    declare global {
      const clientId: string;
      const clientSecret: string;
      const sdk: ZerobusSdk;
      const zerobus: ZerobusLocal;
      const vault: { read(name: string): Promise<string> };
      const records: Iterable<{ readonly device: string; readonly temp: number }>;
      const readings$: Observable<{ readonly device: string; readonly temp: number }>;
      const rows$: Observable<{ readonly device: string; readonly temp: number }>;
      const messages$: Observable<Uint8Array>;
      function connect(): Observable<string>;
      function it(title: string, test: () => void): void;
    }
  `,
};

/** The parts of other packages that the examples use, as those packages document them. */
export const otherPackages: VirtualFile = {
  path: `${FOLDER}/otherPackages.d.ts`,
  text: `
    declare module 'ws' {
      type Listener = ((event: { readonly data: unknown }) => void) | null;
      export default class WebSocket {
        constructor(address: string);
        addEventListener(type: string, listener: Listener): void;
        removeEventListener(type: string, listener: Listener): void;
        pause(): void;
        resume(): void;
      }
    }
    declare module 'mqtt' {
      interface MqttClient {
        handleMessage(packet: { readonly payload: string | Buffer }, callback: (error?: Error) => void): void;
        subscribe(topic: string): MqttClient;
      }
      export function connect(brokerUrl: string): MqttClient;
    }
    declare module 'kafkajs' {
      export interface EachMessagePayload {
        readonly topic: string;
        readonly partition: number;
        readonly message: { readonly value: Buffer | null; readonly offset: string };
      }
      interface Consumer {
        connect(): Promise<void>;
        subscribe(subscription: { readonly topics: readonly string[] }): Promise<void>;
        run(config: {
          readonly autoCommit?: boolean;
          readonly eachMessage?: (payload: EachMessagePayload) => Promise<void>;
        }): Promise<void>;
        commitOffsets(
          offsets: readonly { readonly topic: string; readonly partition: number; readonly offset: string }[],
        ): Promise<void>;
        pause(topics: readonly { readonly topic: string }[]): void;
        resume(topics: readonly { readonly topic: string }[]): void;
      }
      export class Kafka {
        constructor(config: { readonly brokers: readonly string[] });
        consumer(config: { readonly groupId: string }): Consumer;
      }
    }
  `,
};

/** The examples of a document, each as a file named after its line. */
export function documentExamples(document: string, markdown: string): readonly VirtualFile[] {
  return codeBlocks(markdown)
    .filter(({ info }) => info === 'ts' || info === 'js')
    .map(({ info, code, line }) => asModule(`${document}-line${line}.${info}`, code));
}

/** The examples in the doc comments of the exports. */
export function commentExamples(exported: Iterable<Exported>): readonly VirtualFile[] {
  return [...exported].flatMap(({ name, examples }) =>
    examples.map((code, index) => asModule(`${name}-${index + 1}.ts`, code)),
  );
}

/** What all entry points export but the column builders, in one module. */
const everything: VirtualFile = {
  // In a folder that exists, which relative imports of virtual files need.
  path: `${FOLDER}/../everything.ts`,
  text: `export * from 'rxjs-zerobus';\nexport * from 'rxjs-zerobus/gateway';\nexport * from 'rxjs-zerobus/otel';\nexport * from 'rxjs-zerobus/testing';\n// The others are those of rxjs-zerobus.\nexport { type GatewayEvent, type GatewayHeaders, type ToGatewayOptions, toGateway } from 'rxjs-zerobus/browser';\n`,
};

/**
 * Files that only compile if the signatures in a document equal those of the exports. Each export must be assignable to
 * the documented signature and vice versa. Classes are checked in one direction only, because no other type has their
 * private members.
 */
export function signatureChecks(markdown: string, exported: ReadonlyMap<string, Exported>): readonly VirtualFile[] {
  const files = codeBlocks(markdown)
    .filter(({ info }) => info === 'ts signature')
    .map(({ code, line }) => {
      const names = [...code.matchAll(/^(?:class|interface|type|function) (\w+)/gm)].map(([, name = '']) => name);
      const checks = [...new Set(names)].flatMap((name) => {
        const { kind = 'value', isGeneric = false } = exported.get(name) ?? {};
        if (kind === 'function') {
          return sameValue(name);
        }
        if (kind === 'class' || isGeneric) {
          return kind === 'class' ? [`real.${name} satisfies typeof documented.${name};`] : [];
        }
        return sameType(name);
      });
      return asModule(
        `signature-line${line}.ts`,
        [
          `import type { ${[...exported.keys()].join(', ')} } from '../everything.js';`,
          `import type { Context } from '@opentelemetry/api';`,
          `import type { IncomingMessage, ServerResponse } from 'node:http';`,
          `import type { MonoTypeOperatorFunction, Observable, ObservableInput, OperatorFunction, SchedulerLike } from 'rxjs';`,
          `import * as real from '../everything.js';`,
          `declare namespace documented {\n${code.replaceAll(/^(class|interface|type|function)/gm, 'export $1')}}`,
          ...checks,
        ].join('\n'),
      );
    });
  return [everything, ...files];
}

function sameValue(name: string): string[] {
  return [`real.${name} satisfies typeof documented.${name};`, `documented.${name} satisfies typeof real.${name};`];
}

function sameType(name: string): string[] {
  return [
    `(null as unknown as real.${name}) satisfies documented.${name};`,
    `(null as unknown as documented.${name}) satisfies real.${name};`,
  ];
}

function asModule(name: string, code: string): VirtualFile {
  return { path: `${FOLDER}/${name}`, text: `${code}\nexport {};\n` };
}
