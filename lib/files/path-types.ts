/** The types of paths, apart from what needs Node: programs without its types compile against them. */

/** The path or the URL of a file. */
export type Path = string | FileUrl

/** A URL, in the types of any platform. */
export interface FileUrl {
  readonly href: string
  readonly protocol: string
}
