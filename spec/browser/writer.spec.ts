import { VirtualTimeScheduler } from 'rxjs';
import type { Added } from '../../lib/browser/store/eventStore.ts';
import { MemoryStore } from '../../lib/browser/store/memoryStore.ts';
import { Writer } from '../../lib/browser/writer.ts';

/** A writer over a store in memory, and what it says. */
function writerOf(overflow: 'error' | 'dropOldest' | 'dropNewest', maxStoredEvents: number, maxStoredBytes = 1000) {
  const turnScheduler = new VirtualTimeScheduler();
  const said: unknown[] = [];
  const writer = new Writer({
    options: { overflow, maxStoredEvents, maxStoredBytes, turnScheduler },
    onWritten: (texts, { first, count }: Added) => said.push(['written', texts, first, count]),
    onHurried: () => undefined,
    onSkipped: (count) => count > 0 && said.push(['skipped', count]),
    onDropped: (count, reason) => said.push(['dropped', count, reason]),
    onFailure: (error) => said.push(['failure', (error as { readonly code?: unknown }).code]),
  });
  const store = new MemoryStore({
    events: maxStoredEvents,
    bytes: maxStoredBytes,
    dropsOldest: overflow === 'dropOldest',
  });
  const settled = async (): Promise<readonly unknown[]> => {
    turnScheduler.flush();
    // A few turns of promises: a write in memory has no other.
    for (let turn = 0; turn < 20; turn++) {
      await Promise.resolve();
    }
    return said.splice(0);
  };
  return { writer, store, settled };
}

describe('Writer', () => {
  it('writes in one go what arrives in a turn, and what arrives before the store is open', async () => {
    const { writer, store, settled } = writerOf('error', 10);
    writer.push('1');
    writer.push(undefined);
    writer.push('2');
    expect(await settled()).toEqual([]);
    expect(writer.isIdle).toBe(false);
    writer.start(store);
    expect(await settled()).toEqual([['written', ['1', undefined, '2'], 1, 2]]);
    expect(writer.isIdle).toBe(true);
    writer.push('3');
    writer.push('4');
    expect(await settled()).toEqual([['written', ['3', '4'], 3, 2]]);
  });

  it('lets places without an event pass', async () => {
    const { writer, store, settled } = writerOf('error', 10);
    writer.start(store);
    writer.push(undefined);
    expect(await settled()).toEqual([['written', [undefined], 0, 0]]);
    expect(writer.isIdle).toBe(true);
  });

  it('fails when one more waits than is kept, and hands all back once', async () => {
    const { writer, settled } = writerOf('error', 2);
    writer.push('1');
    writer.push('2');
    writer.push('3');
    expect(await settled()).toEqual([['failure', 'BUFFER_OVERFLOW']]);
    expect(writer.discard()).toEqual(['1', '2', '3']);
    expect(writer.discard()).toEqual([]);
  });

  it('drops the newest of what waits', async () => {
    const { writer, store, settled } = writerOf('dropNewest', 2);
    for (const text of ['1', '2', '3', '4']) {
      writer.push(text);
    }
    writer.start(store);
    expect(await settled()).toEqual([
      ['written', ['1', '2'], 1, 2],
      ['skipped', 2],
      ['dropped', 2, 'overflow'],
    ]);
    writer.push('5');
    expect(await settled()).toEqual([
      ['written', ['5'], 3, 0],
      ['dropped', 1, 'overflow'],
    ]);
  });

  it('drops the oldest of what waits, and of what is stored', async () => {
    const { writer, store, settled } = writerOf('dropOldest', 2);
    for (const text of ['1', '2', '3']) {
      writer.push(text);
    }
    writer.start(store);
    expect(await settled()).toEqual([
      ['skipped', 1],
      ['written', ['2', '3'], 1, 2],
      ['dropped', 1, 'overflow'],
    ]);
    writer.push('4');
    expect(await settled()).toEqual([
      ['written', ['4'], 3, 1],
      ['dropped', 1, 'overflow'],
    ]);
    expect((await store.take({ events: 10, bytes: 1000 })).events.map(({ text }) => text)).toEqual(['3', '4']);
  });

  it('never drops what was sent', async () => {
    const { writer, store, settled } = writerOf('dropOldest', 2);
    writer.start(store);
    writer.push('1');
    writer.push('2');
    await settled();
    await store.take({ events: 10, bytes: 1000 });
    writer.push('3');
    expect(await settled()).toEqual([
      ['written', ['3'], 3, 1],
      ['dropped', 1, 'overflow'],
    ]);
    expect((await store.take({ events: 10, bytes: 1000 })).events.map(({ text }) => text)).toEqual(['1', '2']);
  });
});
