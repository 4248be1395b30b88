import fc from 'fast-check';
import { Holds } from '../../lib/stream/holds.ts';

describe('Holds', () => {
  it('knows the lowest offset, whatever is held and released', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        (offsets, picks) => {
          const holds = new Holds<string>();
          const held = new Set<number>();
          const lowest = (): number | undefined => (held.size === 0 ? undefined : Math.min(...held));
          for (const offset of offsets) {
            holds.hold(offset, `value ${offset}`);
            held.add(offset);
            expect([holds.lowest, holds.count]).toEqual([lowest(), held.size]);
          }
          while (held.size > 0) {
            expect(holds.entries()).toEqual(
              [...held].sort((a, b) => a - b).map((offset) => [offset, `value ${offset}`]),
            );
            const offset = [...held][(picks.next().value as number) % held.size] as number;
            holds.release(offset);
            held.delete(offset);
            expect([holds.lowest, holds.count]).toEqual([lowest(), held.size]);
          }
        },
      ),
    );
  });
});
