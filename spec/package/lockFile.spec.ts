import { readFileSync } from 'node:fs';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('package-lock.json', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };

  it('knows the native packages of every platform', () => {
    // npm only writes those of the platform it runs on, and then `npm ci` refuses the file on all others.
    const natives = Object.entries(packages).flatMap(([parent, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).map((name) => ({ parent, name })),
    );
    expect(natives.length).toBeGreaterThan(0);
    const missing = natives.filter(
      ({ parent, name }) => !packages[`node_modules/${name}`] && !packages[`${parent}/node_modules/${name}`],
    );
    expect(missing).toEqual([]);
  });

  it('names no registry for packages', () => {
    const elsewhere = Object.values(packages).filter(
      ({ resolved }) => resolved !== undefined && /^\w+:/.test(resolved),
    );
    expect(elsewhere).toEqual([]);
  });
});
