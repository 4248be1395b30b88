import fc from 'fast-check';
import { TestScheduler } from 'rxjs/testing';
import { drawTracks } from '../../../lib/testing/drawing/drawTracks.ts';
import { trackOf } from '../../../lib/testing/drawing/trackOf.ts';

interface Drawn {
  readonly frame: number;
  readonly text: string;
}

/** What a diagram says, by rxjs. */
function read(diagram: string): readonly Drawn[] {
  let messages: readonly { readonly frame: number; readonly notification: object }[] = [];
  new TestScheduler(() => undefined).run(() => {
    messages = TestScheduler.parseMarbles(diagram, undefined, undefined, false, true);
  });
  return messages.map(({ frame, notification }) => ({ frame, text: String(Reflect.get(notification, 'value')) }));
}

/** What happens in a diagram, with enough time behind each group, so that rxjs can draw it. */
const drawn = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.stringMatching(/^[a-z]{1,3}$/)), { maxLength: 6 })
  .map((steps) => {
    let frame = 0;
    return steps.flatMap(([gap, text]) => {
      frame += gap;
      const cells = [...text].map((letter) => ({ frame, text: letter }));
      frame += text.length > 1 ? text.length + 2 : 1;
      return cells;
    });
  });

describe('drawTracks', () => {
  it('draws each diagram so that rxjs reads what it was drawn from', () => {
    fc.assert(
      fc.property(drawn, (cells) => {
        const [line = ''] = drawTracks([trackOf('x', cells, '')], cells[0]?.frame ?? 0);
        expect(read(line.slice(3))).toEqual(cells);
      }),
    );
  });

  it('aligns what happens in the same frame', () => {
    fc.assert(
      fc.property(drawn, fc.nat(), (cells, index) => {
        fc.pre(cells.length > 0);
        const marked = cells[index % cells.length] as Drawn;
        const other = [{ frame: marked.frame, text: 'Z' }];
        const [one = '', two = '', mark = ''] = drawTracks(
          [trackOf('a', cells, ''), trackOf('b', other, '')],
          marked.frame,
        );
        expect(mark.indexOf('^')).toBe(two.indexOf('Z'));
        expect(one.slice(mark.indexOf('^')).replace('(', '')[0]).toBe(
          cells.find(({ frame }) => frame === marked.frame)?.text,
        );
      }),
    );
  });

  it('leaves the time behind an end empty', () => {
    const ended = trackOf('a', [{ frame: 1, text: '#' }], '');
    const other = trackOf('b', [{ frame: 50, text: '|' }], '');
    expect(drawTracks([ended, other], 1)).toEqual(['a  -#', 'b  -- 48ms |', '    ^ frame 1']);
  });
});
