/** The exports of the text of an ES module. */
import { createContext, runInContext } from 'node:vm'

/** The exports of a module, run with only JavaScript and `atob`. */
export function moduleOf(text: string): unknown {
  const names = [...text.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name)
  const body = text.replace(/^export /gm, '')
  const context = createContext({ atob })
  return runInContext(`(() => {'use strict'\n${body}\nreturn { ${names.join(', ')} } })()`, context)
}
