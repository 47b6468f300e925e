// `mocha` runs the tests of the library; `mocha out/test/tools` those of benches, examples and docs, and
// `mocha out/test/unit/NAME.test.js` one file.
//
// Two processes run the files, as most machines that run them have two cores. A process that is free takes the next file, so
// the longest files are first: a long file at the end would leave the other core idle.
const { existsSync, readdirSync } = require('node:fs')
const { join } = require('node:path')

const FOLDERS = ['unit', 'equality', 'errors', 'process']

const LONGEST = [
  'process/failing-memory',
  'equality/workspace',
  'process/queue-refusals',
  'process/queue-faults',
  'process/queue-studies',
  'process/exit',
  'process/memory',
  'errors/refused-early',
  'errors/command-line',
  'process/command-line',
  'equality/trainings',
  'process/async-fit',
  'equality/ensembles',
  'equality/sparse',
  'errors/drawn-plans',
  'unit/divergence',
  'equality/steps',
  'errors/large-networks',
  'process/queue',
  'process/killed-fits',
  'errors/damaged-fits',
  'process/checkpoint-kill',
  'equality/resumed-fits',
  'unit/checkpoint-operations',
  'unit/journal-cut',
  'process/journal-processes',
  'equality/watched-fits',
  'equality/aborted-fits',
]

const SUFFIX = '.test.js'
const compiled = join(__dirname, 'out', 'test')

function testsIn(folder) {
  const path = join(compiled, folder)
  if (!existsSync(path)) return []
  const names = readdirSync(path).filter((name) => name.endsWith(SUFFIX))
  return names.map((name) => `${folder}/${name.slice(0, -SUFFIX.length)}`).sort()
}

const fileOf = (test) => join(compiled, `${test}${SUFFIX}`)

/** A file whose source was moved or deleted since it was compiled. */
const isStale = (test) => !existsSync(join(__dirname, 'test', `${test}.test.ts`))

const tests = FOLDERS.flatMap(testsIn)
const longest = LONGEST.filter((test) => tests.includes(test))
const ordered = [...longest, ...tests.filter((test) => !longest.includes(test))]

// Files and folders of the command line replace the list.
const isChosen = process.argv
  .slice(2)
  .some((argument) => /\.js$|^(\.\/)?out\/test\b/.test(argument.replaceAll('\\', '/')))

module.exports = {
  spec: isChosen ? [] : ordered.map(fileOf),
  ignore: [...FOLDERS, 'tools'].flatMap(testsIn).filter(isStale).map(fileOf),
  parallel: true,
  jobs: 2,
  timeout: 60_000,
  reporter: 'spec',
  slow: 2000,
  'fail-zero': true,
}
