// Checks the one arithmetic in TypeScript: lib/kernels compute with + - * / and with these functions of Math, whose results
// ECMAScript fixes to the last bit. The results of all others (exp, pow, hypot, …) depend on the engine.
import { filesUnder, lineOf, read, withoutComments } from './sources.mjs'

const EXACT = ['abs', 'sqrt', 'floor', 'min', 'max', 'ceil', 'fround', 'imul', 'clz32', 'trunc', 'sign']

export function checkKernels() {
  const problems = []
  for (const name of filesUnder('lib/kernels', /\.ts$/)) {
    const source = withoutComments(read(name))
    for (const match of source.matchAll(/\bMath\b(?:\s*\.\s*(\w+))?/g)) {
      if (!EXACT.includes(match[1])) {
        problems.push(
          `${name}:${lineOf(source, match.index)}: ${match[0]} is not bound to the same bits in every engine; ` +
            `lib/kernels use only Math.${EXACT.join(', ')}`,
        )
      }
    }
  }
  return problems
}
