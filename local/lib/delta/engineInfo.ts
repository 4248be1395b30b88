/** Who writes, as it stands in the `commitInfo` of each commit. */
export const ENGINE_INFO = 'zerobus-local';
