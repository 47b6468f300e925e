/** The command-line options of every example. */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    // A run of a second or two, for the tests: the same steps on less data.
    quick: { type: 'boolean', default: false },
    // Writes to the tracked folder instead of one that Git ignores.
    publish: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
})

const { quick, publish } = values
if (publish && (quick || values.out !== undefined)) {
  console.error('error: --publish takes a whole run into examples/results; leave out --quick and --out')
  process.exit(2)
}
const folder = publish ? 'examples/results' : 'examples/results/local'

export { quick }
export const out = values.out ?? fileURLToPath(new URL(`../../${folder}`, import.meta.url))
