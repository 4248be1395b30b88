import { EventEmitter, once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { appendNumbers, numbersIn, TABLE_NAME, useTableStore } from './storeFixture.ts';

const tables = [
  parseCreateTable('CREATE TABLE main.o.t (n BIGINT)'),
  parseCreateTable('CREATE TABLE main.o.other (n BIGINT)'),
];

describe('a table whose flush fails or falls behind', () => {
  const fixture = useTableStore();
  let events: EventEmitter;

  beforeEach(() => {
    events = new EventEmitter();
  });

  /** Blocks the table's next commit, and returns a function that unblocks it. */
  async function block(store: TableStore): Promise<() => Promise<void>> {
    const next = store.counters(TABLE_NAME).version + 1;
    const path = join(store.tablePath(TABLE_NAME), '_delta_log', `${String(next).padStart(20, '0')}.json`);
    await mkdir(path);
    return () => rm(path, { recursive: true });
  }

  it('holds appends back at the limit until a flush has made room, and loses none', async () => {
    const store = await fixture().open({ maxUnflushedBytes: 2000 });
    const unblock = await block(store);
    const settled: number[] = [];
    const append = (n: number) => appendNumbers(store, [n]).then(() => settled.push(n));
    let count = 0;
    for (; store.counters(TABLE_NAME).unflushedBytes < 2000; count += 1) {
      await append(count);
    }
    const held = Array.from({ length: 100 }, (_, index) => append(count + index));
    await expectAsync(store.flush()).toBeRejected();
    await expectAsync(store.flush()).toBeRejected();
    expect(settled.length).toBe(count);
    await unblock();
    await Promise.all(held);
    await store.flush();
    const numbers = Array.from({ length: count + 100 }, (_, index) => index);
    expect(settled).toEqual(numbers);
    expect(await numbersIn(store.tablePath(TABLE_NAME))).toEqual(numbers);
  });

  it('does not prevent a store that holds appends back from closing', async () => {
    const store = await fixture().open({ maxUnflushedBytes: 1 });
    const unblock = await block(store);
    await appendNumbers(store, [1]);
    const held = appendNumbers(store, [2]);
    store.liftLimits();
    await held;
    await expectAsync(store.close()).toBeRejected();
    await unblock();
    await (await fixture().open()).close();
    expect(await numbersIn(store.tablePath(TABLE_NAME))).toEqual([1, 2]);
  });

  it('holds up no other table', async () => {
    const store = await fixture().open({
      tables,
      flushIntervalMs: 5,
      onFlush: ({ fullName }) => events.emit(fullName),
    });
    const unblock = await block(store);
    await appendNumbers(store, [1]);
    for (let n = 1; n <= 20; n += 1) {
      const flushed = once(events, 'main.o.other');
      await appendNumbers(store, [n], 'main.o.other');
      await flushed;
    }
    await unblock();
    await once(events, TABLE_NAME);
    expect(await numbersIn(store.tablePath(TABLE_NAME))).toEqual([1]);
  });

  it('is reported once while it fails in the same way, and is retried on its own', async () => {
    const store = await fixture().open({ flushIntervalMs: 5, onFlush: ({ fullName }) => events.emit(fullName) });
    const unblock = await block(store);
    await appendNumbers(store, [1]);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expectAsync(store.flush()).toBeRejected();
    }
    await unblock();
    await once(events, TABLE_NAME);
    expect(fixture().errors.length).toBeLessThanOrEqual(1);
  });

  it('gathers the rows that arrive while it fails in one segment', async () => {
    const store = await fixture().open({ flushIntervalMs: 1, onFlush: ({ rows }) => events.emit('rows', rows) });
    const unblock = await block(store);
    const failure = expectAsync(appendNumbers(store, [0]).then(() => store.flush())).toBeRejected();
    await failure;
    for (let n = 1; n <= 50; n += 1) {
      await appendNumbers(store, [n]);
    }
    await unblock();
    await store.flush();
    expect(store.counters(TABLE_NAME).version).toBeLessThanOrEqual(3);
    expect((await numbersIn(store.tablePath(TABLE_NAME))).length).toBe(51);
  });
});
