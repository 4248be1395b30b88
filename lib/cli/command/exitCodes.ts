/** The command has done what it was called for. */
export const SUCCESS = 0;
/** It has failed. */
export const FAILURE = 1;
/** The arguments are not valid. */
export const INVALID_ARGUMENTS = 2;
/** It has come to its end, but some records do not fit the table. */
export const REJECTED = 3;
