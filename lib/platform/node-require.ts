/** `require` for files of other folders. */
import module from 'node:module'

/** As of a module at this path. A default import, because webpack analyzes a named one of `createRequire`, and warns. */
export const requireAt = (path: string): ((name: string) => unknown) => module.createRequire(path)
