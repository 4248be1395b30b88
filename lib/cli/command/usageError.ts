/** Thrown if the arguments are not valid. */
export class UsageError extends Error {}
