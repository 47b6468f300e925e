// docs/digests.md: the results of all platforms as a table, and back.
import { createHash } from 'node:crypto'

const DIGITS = 16

/** One digest of a backend's trainings. */
export function digestOf(digests) {
  const hash = createHash('sha256')
  for (const [training, digest] of Object.entries(digests)) hash.update(`${training} ${digest}\n`)
  return hash.digest('hex').slice(0, DIGITS)
}

const COLUMNS = ['native', 'wasm', 'typescript', 'files']

/** The text of the page. */
export function page({ rows, notRun, reference, trainings }) {
  const lines = rows.map(({ name, runtime, backends }) => {
    const cells = COLUMNS.map((column) =>
      cell(
        backends.filter((backend) => inColumn(backend, column)),
        reference,
        column,
      ),
    )
    return `| ${[name, runtime, ...cells].join(' | ')} |`
  })
  return `# Digests

What \`npm run test:platforms\` printed: ${trainings} short trainings on each platform and backend, with all layers, activations,
losses, optimizers, schedules, metrics and initializers, ensembles, one and two threads, synchronous, asynchronous, in
pieces, aborted and continued. A digest covers every bit of their parameters, optimizers' states, histories,
predictions, evaluations and gradients. \`test/platforms\` has the list.

All rows have these digests:

| trainings | digest |
|---|---|
| every backend | \`${reference.trainings}\` |
| a model's file and a checkpoint | \`${reference.files}\` |

"same" means: the same digest as in this table. A dash means that the platform has no such backend; the column of native
backends names the kernel sets.

| platform | runtime | native | wasm | typescript | files |
|---|---|---|---|---|---|
${lines.join('\n')}

## Not run

${notRun.map(({ name, why }) => `- ${name}: ${why}`).join('\n')}
`
}

const inColumn = ({ name }, column) => name === column || name.startsWith(`${column}/`)

function cell(backends, { trainings, files }, column) {
  if (backends.length === 0) return '–'
  const expected = column === 'files' ? files : trainings
  const texts = backends.map(({ name, digests }) => {
    const digest = digestOf(digests)
    const set = name.split('/')[1]
    return `${set === undefined ? '' : `${set}: `}${digest === expected ? 'same' : `\`${digest}\``}`
  })
  if (texts.every((text) => text.endsWith(': same')))
    return `${backends.map(({ name }) => name.split('/')[1]).join(', ')}: same`
  return texts.join(', ')
}

/** The two digests that a page has; null where there is no such page. */
export function referenceIn(text) {
  const [trainings, files] = Array.from(text.matchAll(/^\| [a-z' ]+ \| `([0-9a-f]+)` \|$/gm), ([, digest]) => digest)
  return files === undefined ? null : { trainings, files }
}
