// The tests run in two processes, as the machines that they mostly run on have two cores: a file goes to the process that is
// free. So the files that take longest are started first; alone at the end, one of them would leave a core without work.
const { readdirSync } = require('node:fs')
const { join } = require('node:path')

const LONGEST = [
  'equality',
  'fuzzer',
  'process',
  'ensemble',
  'plans',
  'docs',
  'ensemble-plans',
  'workspace',
  'zeros',
  'forms',
  'anything',
  'examples',
  'experiment',
  'peers',
  'products',
  'steps',
]

const folder = join(__dirname, 'out', 'test')

function testFiles() {
  const suffix = '.test.js'
  const found = readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .sort()
  const first = LONGEST.filter((name) => found.includes(name))
  return [...first, ...found.filter((name) => !first.includes(name))].map((name) => join(folder, name + suffix))
}

// Files that are named on the command line are run alone.
const named = process.argv.slice(2).some((argument) => argument.endsWith('.js'))

module.exports = {
  spec: named ? [] : testFiles(),
  parallel: true,
  jobs: 2,
  timeout: 60_000,
  reporter: 'spec',
  slow: 2000,
  'fail-zero': true,
}
