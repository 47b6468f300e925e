/** `require` for files of other folders. */
import module from 'node:module'
import { join } from 'node:path'
import { cwd } from 'node:process'
import loader from './commonjs/addon.js'

/** As of a module at this path. A default import, because webpack analyzes a named one of `createRequire`, and warns. */
export const requireAt = (path: string): ((name: string) => unknown) => module.createRequire(path)

/** Loads a package as a file of this folder would; in a bundle of ES modules as one in the current folder. */
export const requireHere = (name: string): unknown => requireAt(join(loader.folder() ?? cwd(), 'index.js'))(name)
