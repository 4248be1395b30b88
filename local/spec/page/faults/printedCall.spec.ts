import { faultCode } from '../../../lib/faults/faultCode.ts';
import { faultKinds } from '../../../lib/live/faultKinds.ts';
import { type FaultValues, printedCall } from '../../../page/faults/printedCall.ts';

describe('the call that the page prints for a fault', () => {
  const texts = ['x', 'it\'s "so"', 'a\\b\n\t</script>', '$\x7bx}`'];

  for (const kind of faultKinds) {
    it(`is the one that the server prints for ${kind.kind}`, () => {
      expect(printedCall(kind, {})).toBe(faultCode(kind.kind, {}));
      for (const text of texts) {
        const values: Record<string, string | number> = {};
        const served: Record<string, string | number> = {};
        for (const { name, type, example } of kind.parameters) {
          values[name] = type === 'integer' ? Number(example ?? 3) : type === 'status' ? 'RESOURCE_EXHAUSTED' : text;
          served[name] = type === 'status' ? 8 : (values[name] ?? '');
        }
        const sent: FaultValues = values;
        expect(printedCall(kind, sent)).toBe(faultCode(kind.kind, served));
      }
    });
  }
});
