/** The content of a checkpoint. */

/** Where values are too long to be compared as they are: the SHA-256 of them, in hex. */
export interface DigestPart {
  readonly sha256: string
}

export type PlainValue = number | string | boolean | null

/**
 * What must be equal in the fit that wrote a checkpoint and in the fit that continues from it, by name: the
 * architecture, the loss, options, digests of the data, …
 */
export type Identity = Readonly<Record<string, PlainValue | DigestPart>>

export interface CheckpointContent {
  readonly identity: Identity
  readonly values: Readonly<Record<string, PlainValue>>
  /** Of any number and length. The bits of every value are restored. */
  readonly arrays: Readonly<Record<string, Float64Array>>
}
