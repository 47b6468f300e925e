// Finds and reads the project's sources. Names have forward slashes on every platform.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run.mjs'

/** The files of a folder of the project and of the folders in it, as names from the project's root. */
export function filesUnder(folder, pattern) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !/^(node_modules|target|\.)/.test(entry.name))
    .flatMap((entry) => {
      const name = `${folder}/${entry.name}`
      if (entry.isDirectory()) return filesUnder(name, pattern)
      return pattern.test(entry.name) ? [name] : []
    })
    .sort()
}

export function read(name) {
  return readFileSync(join(root, name), 'utf8')
}

export function exists(name) {
  return existsSync(join(root, name))
}

/** The source with comments blanked out, so that no check reads prose. Line numbers stay the same. */
export function withoutComments(source) {
  return source.replace(
    /\/\*[\s\S]*?\*\/|(^|[^:'"`\\])\/\/[^\n]*/g,
    (comment, before = '') => before + comment.slice(before.length).replace(/[^\n]/g, ' '),
  )
}

export function lineOf(source, index) {
  return source.slice(0, index).split('\n').length
}
