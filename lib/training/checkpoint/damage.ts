/** A file is not the checkpoint that was written. Its message completes "The file …". */
export class Damage extends Error {}

/** A whole checkpoint whose format this version of the library does not have. */
export class OtherVersion extends Error {}
