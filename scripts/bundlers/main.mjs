// npm run test:bundlers: packs the package, installs it in a project with bundlers and test runners, and runs what docs/install.md
// shows. Then bundles for Node.js and browsers, by each bundler, are run where no node_modules is. Prints a line for each check.
//   -- --quick        only what CI runs
//   -- --built        tests the last build
//   -- --tarball FILE tests that package
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { argv, env, execPath } from 'node:process'
import { parseArgs } from 'node:util'
import { check, finish } from '../checks.mjs'
import { bunProgram } from '../platforms/bun.mjs'
import { denoProgram } from '../platforms/deno.mjs'
import { nodeProgram } from '../platforms/node.mjs'
import { copyTrainings, newFolder, newProject, pack, useLocalAddon } from '../platforms/project.mjs'
import { outputOf } from '../platforms/support.mjs'
import { npm, root, run } from '../run.mjs'
import { bundleChecks } from './bundle-checks.mjs'
import { commandsOf, examplesOf } from './examples.mjs'
import { tools } from './tools.mjs'

const PAGE = 'docs/install.md'
/** Files that several sections of the page use. */
const SHARED = ['app.mjs', 'with-addon.mjs']
/** Programs that sections need in addition to this Node. */
const PROGRAMS = {
  Bun: bunProgram,
  Deno: denoProgram,
  'Single executables': () => nodeProgram('linux-x64', 26),
  'Node.js with permissions': () => nodeProgram('linux-x64', 26),
}
/** Sections that CI leaves out: their tools are large, and others are tested. */
const SLOW = ['Jest', 'Vitest', 'Single executables']

const { values } = parseArgs({
  args: argv.slice(2),
  options: { quick: { type: 'boolean' }, built: { type: 'boolean' }, tarball: { type: 'string' } },
})

const folder = newFolder('bundlers')
try {
  if (!values.built && values.tarball === undefined) run(execPath, [npm, 'run', 'build:ts'])
  const tarball = values.tarball === undefined ? await pack(folder) : resolve(values.tarball)
  const project = await newProject(folder, tarball, tools({ all: !values.quick }))
  writeFileSync(join(project, 'package.json'), '{ "private": true }')
  useLocalAddon(project)
  await runExamples(project)
  await bundleChecks({ project, folder, program: copyTrainings(project) })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
finish()

/** Writes the files of the page's sections, and runs their commands. */
async function runExamples(project) {
  const examples = examplesOf(readFileSync(join(root, PAGE), 'utf8'))
  check(`${PAGE} has commands`, examples.filter(({ file }) => file === null).length > 15)
  let files = []
  let section = ''
  for (const example of examples) {
    if (values.quick && SLOW.includes(example.section)) continue
    if (example.section !== section) {
      for (const name of [...files, 'dist']) rmSync(join(project, name), { recursive: true, force: true })
      files = []
      section = example.section
    }
    if (example.file === null) await runCommands(example, project)
    else {
      writeFileSync(join(project, example.file), example.text)
      if (!SHARED.includes(example.file)) files.push(example.file)
    }
  }
}

async function runCommands({ section, line, text }, project) {
  const program = PROGRAMS[section]
  const folders = program === undefined ? [] : [dirname(await program())]
  const environment = { PATH: [...folders, env.PATH].join(delimiter), NO_COLOR: '1' }
  for (const { command, expected } of commandsOf(text)) {
    const title = `${PAGE}:${line}, ${section}: ${command}`
    try {
      const [first] = (await outputOf('sh', ['-c', command], { cwd: project, environment })).split('\n')
      if (expected === null) check(title, true)
      else check(title, expected.test(first), first)
    } catch (error) {
      check(title, false, error.message)
      return
    }
  }
}
