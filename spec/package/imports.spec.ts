import { readFileSync } from 'node:fs';
import { importsOf, packageOf, readImportGraph } from '../support/importGraph.ts';
import { wrongArrows } from '../support/importRules.ts';

describe('imports', () => {
  const graph = new Map([
    ...['index.ts', 'browser.ts', 'columns.ts', 'gateway.ts', 'testing.ts'].map(
      (path) => [path, importsOf(path, readFileSync(path, 'utf8'))] as const,
    ),
    ...readImportGraph(['lib', 'operators', 'proto', 'local/lib', 'local/page']),
  ]);
  const packages = (files: RegExp): ReadonlySet<string> =>
    new Set(
      [...graph]
        .filter(([file]) => files.test(file))
        .flatMap(([, targets]) => targets.flatMap((target) => foreign(target))),
    );

  function foreign(target: string): readonly string[] {
    const name = graph.has(target) || /^(lib|operators|proto|local)\//.test(target) ? undefined : packageOf(target);
    return name === undefined ? [] : [name];
  }

  function manifest(path: string): {
    readonly dependencies: Record<string, string>;
    readonly devDependencies?: Record<string, string>;
    readonly peerDependencies?: Record<string, string>;
    readonly peerDependenciesMeta?: object;
  } {
    return JSON.parse(readFileSync(path, 'utf8'));
  }

  it('point one way', () => {
    expect(graph.size).toBeGreaterThan(10);
    expect(wrongArrows(graph)).toEqual([]);
  });

  it('of the client are its four packages only', () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifest('package.json');
    const allowed = ['@grpc/grpc-js', 'axios', 'google-protobuf', 'rxjs'];
    expect(Object.keys({ ...dependencies, ...peerDependencies }).sort()).toEqual([...allowed, 'zerobus-local']);
    expect(peerDependenciesMeta).toEqual({ 'zerobus-local': { optional: true } });
    for (const name of packages(/^(lib\/(?!cli\/)|operators\/|proto\/)/)) {
      expect(allowed).withContext(name).toContain(name);
    }
  });

  it('of the command are those, three that it is bundled with, and zerobus-local if it is installed', () => {
    const bundled = ['csv-parse', 'tinyglobby'];
    expect(Object.keys(manifest('package.json').devDependencies ?? {})).toEqual(jasmine.arrayContaining(bundled));
    const used = [...packages(/^lib\/cli\//)];
    expect(used.sort()).toEqual([...bundled, 'rxjs', 'zerobus-local'].sort());
  });

  it('of the local server are its own dependencies', () => {
    const allowed = Object.keys(manifest('local/package.json').dependencies);
    const used = packages(/^local\/lib\//);
    expect(used.size).toBeGreaterThan(0);
    for (const name of used) {
      expect(allowed).withContext(name).toContain(name);
    }
  });

  it('are found in every form', () => {
    const code = `
      import type { A } from './a.ts';
      import b, { type B } from '../b.ts';
      export * from "rxjs/operators";
      const c = await import('@grpc/grpc-js');
      const d = require('google-protobuf/google/protobuf/duration_pb.js');
      // import './comment.ts'
      const text = "import './text.ts'";
    `;
    expect(importsOf('lib/wire/x.ts', code)).toEqual([
      'lib/wire/a.ts',
      'lib/b.ts',
      'rxjs/operators',
      '@grpc/grpc-js',
      'google-protobuf/google/protobuf/duration_pb.js',
    ]);
    expect(packageOf('@grpc/grpc-js/build/x.js')).toBe('@grpc/grpc-js');
    expect(packageOf('rxjs/operators')).toBe('rxjs');
    expect(packageOf('node:fs')).toBeUndefined();
    expect(packageOf('#zerobus_service_pb')).toBeUndefined();
  });

  const wrong: readonly (readonly [from: string, to: string])[] = [
    ['lib/wire/batch.ts', 'rxjs'],
    ['lib/table/table.ts', 'rxjs/operators'],
    ['lib/stream/ledger.ts', 'rxjs'],
    ['lib/stream/backoff.ts', 'rxjs'],
    ['lib/stream/session.ts', 'operators/recover.ts'],
    ['lib/transport/grpc.ts', 'lib/stream/session.ts'],
    ['lib/stream/session.ts', 'lib/sdk/stream.ts'],
    ['operators/toZerobus.ts', 'index.ts'],
    ['operators/toZerobus.ts', 'lib/cli/main.ts'],
    ['operators/toZerobus.ts', 'lib/testing/virtualService.ts'],
    ['lib/stream/session.ts', 'lib/testing/virtualService.ts'],
    ['lib/testing/virtualService.ts', 'testing.ts'],
    ['lib/auth/token.ts', 'zerobus-local'],
    ['lib/cli/ingest/runIngest.ts', 'zerobus-local'],
    ['operators/toZerobus.ts', 'local/lib/index.ts'],
    ['local/lib/grpc/service.ts', 'lib/errors.ts'],
    ['local/lib/grpc/service.ts', 'rxjs-zerobus'],
    ['lib/errors.ts', 'spec/support/marbles.ts'],
    ['local/page/main.ts', 'node:fs'],
    ['local/page/main.ts', 'rxjs'],
    ['local/page/main.ts', 'local/lib/live/ring.ts'],
    ['local/lib/live/api/overview.ts', 'local/lib/faults/activity.ts'],
    ['local/lib/http/live/pageFiles.ts', 'local/page/main.ts'],
    ['index.ts', 'operators/zerobusGateway.ts'],
    ['operators/toZerobus.ts', 'lib/gateway/zerobusGateway.ts'],
    ['lib/stream/session.ts', 'lib/gateway/zerobusGateway.ts'],
    ['lib/gateway/zerobusGateway.ts', 'gateway.ts'],
    ['gateway.ts', 'lib/testing/virtualService.ts'],
    ['browser.ts', 'node:buffer'],
    ['browser.ts', 'lib/stream/session.ts'],
    ['lib/browser/store/memoryStore.ts', 'lib/wire/batch.ts'],
    ['lib/browser/offsets.ts', 'rxjs'],
    ['operators/toZerobus.ts', 'lib/browser/offsets.ts'],
    ['lib/testing/simulation/model/callModel.ts', 'lib/stream/ledger.ts'],
  ];

  for (const [from, to] of wrong) {
    it(`must not lead from ${from} to ${to}`, () => {
      const found = wrongArrows(new Map([[from, [to]]]));
      expect(found).toHaveSize(1);
      expect(found[0]).toContain(`${from} -> ${to}: `);
    });
  }

  it('must not lead to rxjs through another file', () => {
    const through = new Map([
      ['lib/wire/batch.ts', ['lib/errors.ts']],
      ['lib/options.ts', ['rxjs']],
      ['lib/wire/head.ts', ['lib/options.ts']],
    ]);
    expect(wrongArrows(through)).toContain('lib/wire/head.ts -> rxjs: the core is plain state and must not need rxjs');
  });

  it('must not form a cycle', () => {
    const circle = new Map([
      ['lib/wire/a.ts', ['lib/wire/b.ts']],
      ['lib/wire/b.ts', ['lib/wire/c.ts']],
      ['lib/wire/c.ts', ['lib/wire/a.ts']],
    ]);
    expect(wrongArrows(circle)).toEqual([
      'lib/wire/a.ts -> lib/wire/b.ts: a cycle',
      'lib/wire/b.ts -> lib/wire/c.ts: a cycle',
      'lib/wire/c.ts -> lib/wire/a.ts: a cycle',
    ]);
  });

  it('must not form a cycle of folders', () => {
    const circle = new Map([
      ['lib/auth/a.ts', ['lib/transport/b.ts']],
      ['lib/transport/b.ts', []],
      ['lib/transport/c.ts', ['lib/auth/d.ts']],
      ['lib/auth/d.ts', []],
    ]);
    expect(wrongArrows(circle)).toEqual([
      'lib/auth -> lib/transport: a cycle of folders',
      'lib/transport -> lib/auth: a cycle of folders',
    ]);
  });

  it('may lead from the outside to the core', () => {
    const right = new Map([
      ['index.ts', ['operators/toZerobus.ts', 'lib/errors.ts']],
      ['operators/toZerobus.ts', ['rxjs', 'lib/stream/ledger.ts']],
      ['lib/stream/ledger.ts', ['lib/wire/batch.ts', 'lib/errors.ts']],
      ['lib/cli/main.ts', ['index.ts']],
      ['local/page/main.ts', ['lit-html', 'lit-html/directives/repeat.js', 'local/lib/live/api/overview.ts']],
    ]);
    expect(wrongArrows(right)).toEqual([]);
  });
});
