/** The names of the files of a checkpoint. */

/** `path` for 0, the newest; `path.1` for the one before it; … */
export const fileName = (path: string, age: number): string => (age === 0 ? path : `${path}.${age}`)

/** The names of all files, in words. */
export function listFiles(path: string, keep: number): string {
  if (keep === 1) return path
  return keep === 2 ? `${path} and ${path}.1` : `${path} and ${path}.1 to ${path}.${keep - 1}`
}
