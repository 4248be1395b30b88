import { orSkip, requireOrSkip } from './optional.ts';

describe('optional tools', () => {
  it('return an existing value', () => {
    expect(orSkip(0, 'unused')).toBe(0);
    expect(requireOrSkip('node:path', 'unused')).toEqual(jasmine.objectContaining({ sep: jasmine.any(String) }));
    expect(requireOrSkip('rxjs', 'unused')).toEqual(jasmine.objectContaining({ Observable: jasmine.any(Function) }));
  });

  it('skip with the reason if there is no value', () => {
    const skip = spyOn(globalThis, 'notApplicable').and.throwError('skipped');
    expect(() => orSkip(undefined, 'get it there')).toThrowError('skipped');
    expect(skip).toHaveBeenCalledOnceWith('get it there');
    expect(() => requireOrSkip('no-such-package', 'get it elsewhere')).toThrowError('skipped');
    expect(skip).toHaveBeenCalledWith('no-such-package is not installed: get it elsewhere');
  });
});
