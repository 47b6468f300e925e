/** What every example takes on its command line. */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    // A run of a second or two, for the tests: the same steps on less.
    quick: { type: 'boolean', default: false },
    out: { type: 'string', default: fileURLToPath(new URL('../../examples/results', import.meta.url)) },
  },
})

export const { quick, out } = values
