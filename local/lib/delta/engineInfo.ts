/** Who writes, as it stands in the `commitInfo` of each commit. */
export const engineInfo = 'zerobus-local';
