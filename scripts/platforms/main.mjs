// npm run test:platforms: packs the package, installs it in a project, and runs the trainings of test/platforms there on every
// platform that runs on this machine. All must end in the same bits. Prints a line for each check, and writes docs/digests.md.
//   -- node bun       only the runners of these files of scripts/platforms
//   -- --quick        only what CI runs; compares with docs/digests.md and does not write it
//   -- --built        tests the last build
//   -- --tarball FILE tests that package
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { argv, env, execPath, exit } from 'node:process'
import { parseArgs } from 'node:util'
import { check, finish, haveFailed } from '../checks.mjs'
import { npm, root, run } from '../run.mjs'
import { copyTrainings, installed, newFolder, newProject, pack, prebuiltPlatforms, useLocalAddon } from './project.mjs'
import { digestOf, page, referenceIn } from './table.mjs'

// Those that run with the addon of this machine's build, and those that need the binaries of other platforms.
const QUICK = ['node', 'bun', 'deno', 'chromium']
const FILES = [...QUICK, 'arm64', 'musl', 'wine']
const PAGE = join(root, 'docs', 'digests.md')
const NOT_HERE = [
  ['darwin-arm64, darwin-x64', 'nothing here runs programs for macOS. `npm run prebuild:all` builds and inspects them'],
  ['win32-arm64', 'nothing here runs programs for it. `npm run prebuild:all` builds and inspects it'],
  ['Electron, NW.js', 'their binaries are not in npm packages'],
]

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, built: { type: 'boolean' }, tarball: { type: 'string' } },
})
const unknown = positionals.filter((name) => !FILES.includes(name))
if (unknown.length > 0) {
  console.error(`Expected names of ${FILES.join(', ')} but received ${unknown.join(', ')}.`)
  exit(2)
}
const inCI = env.CI !== undefined && !['', '0', 'false'].includes(env.CI)
const isWhole = positionals.length === 0 && !values.quick

let hasWasm = false
// The digests that all others are compared with: those of the first platform.
const expected = { trainings: null, files: null }
const rows = []
const notRun = []

const folder = newFolder('platforms')
try {
  if (!values.built && values.tarball === undefined) run(execPath, [npm, 'run', 'build:ts'])
  const tarball = values.tarball === undefined ? await pack(folder) : resolve(values.tarball)
  const project = await newProject(folder, tarball)
  useLocalAddon(project)
  hasWasm = existsSync(join(installed(project), 'dist', 'lockstep_nn.wasm'))
  if (!hasWasm) missing('wasm', 'dist/lockstep_nn.wasm is missing. Run: npm run build:wasm')
  const program = copyTrainings(project)
  const prebuilt = prebuiltPlatforms(project)
  for (const runner of await chosenRunners()) await runOn(runner, program, prebuilt)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
publish()
finish()

async function chosenRunners() {
  const all = values.quick ? QUICK : FILES
  const names = positionals.length === 0 ? all : positionals
  const lists = await Promise.all(names.map(async (name) => (await import(`./${name}.mjs`)).runners))
  return lists.flat()
}

/** What cannot run here is named; in CI it is a failed check. */
function missing(name, why) {
  notRun.push({ name, why })
  if (inCI) check(`${name} is here`, false, why)
  else console.log(`absent ${name}: ${why}`)
}

/** Runs the trainings on one platform, and checks that it has the backends that it should have, all with the same bits. */
async function runOn(runner, program, prebuilt) {
  const { name, needs, reason = null, isNative = true, isWasm = true } = runner
  if (!runner.available()) {
    missing(name, needs)
    return
  }
  let result
  try {
    result = JSON.parse(await runner.run(program))
  } catch (error) {
    check(name, false, error.message)
    return
  }
  rows.push({ name, ...result })
  const { backends, reasons, platform, checks = [] } = result
  const digestsNamed = (wanted) => backends.find((backend) => backend.name === wanted)?.digests ?? null
  expected.trainings ??= digestsNamed('typescript')
  expected.files ??= digestsNamed('files')
  for (const backend of backends) compare(name, backend)
  const native = backends.some((backend) => backend.name.startsWith('native/'))
  if (isNative) {
    const binary = name.includes('musl') ? `${platform}-musl` : platform
    if (!native && !prebuilt.includes(binary)) {
      missing(`${name}, native`, `the binary of ${binary} is missing. Run: npm run prebuild:all -- ${binary}`)
    } else check(`${name}: has a native backend`, native, native ? '' : Object.values(reasons)[0])
  } else if (reason !== null) {
    const texts = Object.entries(reasons).filter(([backend]) => backend.startsWith('native/'))
    const good = !native && texts.length > 0 && texts.every(([, text]) => reason.test(text))
    check(`${name}: says why it has no native backend`, good, texts[0]?.[1])
  }
  const wasm = backends.some((backend) => backend.name === 'wasm')
  if (isWasm && hasWasm) check(`${name}: has the backend wasm`, wasm, reasons.wasm)
  for (const { title, ok, detail } of checks) check(`${name}: ${title}`, ok, detail)
}

function compare(name, { name: backend, digests }) {
  const wanted = backend === 'files' ? expected.files : expected.trainings
  const titles = new Set([...Object.keys(wanted), ...Object.keys(digests)])
  const different = [...titles].filter((title) => digests[title] !== wanted[title])
  const detail =
    different.length === 0 ? digestOf(digests) : `${different.length} differ: ${different.slice(0, 5).join('; ')}`
  check(`${name}, ${backend}: ${titles.size} digests`, different.length === 0, detail)
}

/** Writes the page after a whole run without a failed check; otherwise compares with it. */
function publish() {
  const current = { trainings: digestOf(expected.trainings ?? {}), files: digestOf(expected.files ?? {}) }
  if (isWhole && !haveFailed()) {
    for (const [name, why] of NOT_HERE) notRun.push({ name, why })
    writeFileSync(PAGE, page({ rows, notRun, reference: current, trainings: Object.keys(expected.trainings).length }))
    console.log(`docs/digests.md is written: ${rows.length} platforms`)
  } else if (expected.trainings !== null) {
    const published = existsSync(PAGE) ? referenceIn(readFileSync(PAGE, 'utf8')) : null
    const same =
      published?.trainings === current.trainings && (expected.files === null || published.files === current.files)
    check('docs/digests.md has these digests', same, `${published?.trainings} there, ${current.trainings} here`)
  }
}
