/** The reason of a trainer that does not train natively names the cause and what to do about it. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { arch, platform, version } from 'node:process'
import { type ChildOptions, ROOT, script } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { copyPackage, renamePackage, writeBinary } from '../support/package-copy.js'
import { nativePaths } from '../support/paths.js'

const HERE = `${platform}-${arch}`
const built = createRequire(import.meta.url)('node-gyp-build').path(ROOT) as string

const PROGRAM = `
  const { Network, Trainer } = await import(process.env.ENTRY ?? 'lockstep-nn')
  const network = new Network({ inputs: 1, layers: [{ units: 1 }] })
  console.log(JSON.stringify(new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd' }).backend))`

/** A module that runs before the program. */
const preload = (source: string): string => `--import=data:text/javascript,${encodeURIComponent(source)}`

/** A system with musl's loader, on which Node runs with musl or with glibc. */
const withMusl = (header: object): string =>
  preload(`
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { existsSync, readdirSync } = fs
    fs.readdirSync = (path, ...rest) => (path === '/lib' ? ['ld-musl-x86_64.so.1'] : readdirSync(path, ...rest))
    syncBuiltinESMExports()
    process.report.getReport = () => ({ header: ${JSON.stringify(header)} })`)

const [major, minor] = version.slice(1).split('.').map(Number)
const PERMISSION = major > 22 || (major === 22 && minor >= 13) ? '--permission' : '--experimental-permission'

describe('the reason of a backend', () => {
  const folder = folderOf()
  let copies = 0
  const copy = (): string => {
    const made = join(folder(), `${copies++}`)
    copyPackage(made)
    return made
  }

  function backendIn(cwd: string, options: ChildOptions = {}): { readonly name: string; readonly reason: string } {
    const { status, stdout, stderr } = script(PROGRAM, { cwd, ...options })
    assert.equal(status, 0, stderr)
    return JSON.parse(stdout) as { name: string; reason: string }
  }

  /** Checks the whole reason, as text or as a pattern. */
  function checkReason(cwd: string, expected: string | RegExp, options?: ChildOptions): void {
    const { name, reason } = backendIn(cwd, options)
    assert.equal(name, 'typescript')
    const parts =
      /^the native addon cannot run: (.*) The WebAssembly module is not there, or may not be read\. .* TypeScript trains instead, with the same bits\.$/.exec(
        reason,
      )
    assert.ok(parts !== null, reason)
    if (typeof expected === 'string') assert.equal(parts[1], expected)
    else assert.match(parts[1], expected)
  }

  it('names a bundle, and the ways to give it the binary', () => {
    const cwd = copy()
    renamePackage(cwd, 'program')
    checkReason(
      cwd,
      'lockstep-nn was bundled, and its native binary is not in the bundle. Mark lockstep-nn as external, ' +
        `import "lockstep-nn/native/${HERE}" with a loader for .node files, or call useAddon.`,
      { variables: { ENTRY: './dist/index.js' } },
    )
  })

  it('names the permission that Node.js lacks', () => {
    const expected =
      'Node.js does not allow native addons in this process. ' +
      'Run node with --allow-addons if it has --permission, and without --no-addons.'
    const cwd = copy()
    writeBinary(cwd, 'glibc', readFileSync(built))
    checkReason(cwd, expected, { flags: ['--no-addons'] })
    checkReason(cwd, expected, { flags: [PERMISSION, '--allow-fs-read=*'] })
  })

  it('names files that Node.js may not read', () => {
    const cwd = copy()
    writeBinary(cwd, 'glibc', readFileSync(built))
    const readable = ['dist', 'node_modules', 'package.json'].map((name) => `--allow-fs-read=${join(cwd, name)}`)
    // Node 20 loads addons from folders that it may not read.
    const restricted = preload(`
      import module from 'node:module'
      module._extensions['.node'] = () => {
        throw Object.assign(new Error('Access to this API has been restricted'), { code: 'ERR_ACCESS_DENIED' })
      }`)
    const flags = major < 22 ? [restricted] : [PERMISSION, '--allow-addons', ...readable]
    checkReason(
      cwd,
      /^files of the native binary may not be read \(Access.+\)\. Allow the folder of lockstep-nn: .+--allow-read\.$/,
      { flags },
    )
  })

  it('is not needed where Node.js may read no file but those of the package, and may load addons', () => {
    const cwd = copy()
    writeBinary(cwd, 'glibc', readFileSync(built))
    const flags = [PERMISSION, `--allow-fs-read=${cwd}`, '--allow-addons']
    assert.equal(backendIn(cwd, { flags }).name, nativePaths[0])
  })

  it('names the permission that Deno lacks', () => {
    const deno = preload(
      `globalThis.Deno = { permissions: { querySync: ({ name }) => ({ state: name + ' denied' }) } }`,
    )
    checkReason(copy(), 'Deno does not allow native addons. Run deno with --allow-ffi, --allow-read and --allow-env.', {
      flags: [deno],
    })
  })

  it('names a platform without a binary', () => {
    const cwd = copy()
    writeBinary(cwd, 'glibc', 'another binary', 'plan9-mips')
    checkReason(
      cwd,
      `lockstep-nn has no native binary for ${HERE}. To have one, build lockstep-nn there from its repository and set ` +
        'LOCKSTEP_ADDON to the lockstep_nn.node.',
    )
  })

  it('names a package without binaries, and a checkout that has not been built', () => {
    const cwd = copy()
    checkReason(cwd, 'the folder prebuilds of lockstep-nn is missing. Reinstall lockstep-nn.')
    writeFileSync(join(cwd, 'CMakeLists.txt'), '')
    checkReason(cwd, 'the addon of this checkout has not been built. Run "npm run build".')
  })

  it('names a damaged binary, and a missing loader', () => {
    const cwd = copy()
    writeBinary(cwd, 'glibc', 'not a binary')
    checkReason(cwd, new RegExp(`^no native binary could be loaded for ${HERE} \\(.+\\)\\. Reinstall lockstep-nn\\.$`))
    rmSync(join(cwd, 'node_modules'), { recursive: true })
    checkReason(
      cwd,
      "the package node-gyp-build could not be loaded (Cannot find module 'node-gyp-build'). Reinstall lockstep-nn.",
    )
  })

  it('names a binary of another version', () => {
    const cwd = copy()
    writeBinary(cwd, 'glibc', readFileSync(built))
    const other = preload(`
      import module from 'node:module'
      module._extensions['.node'] = (made) => { made.exports = { interfaceVersion: 1, kernelSets: [] } }`)
    checkReason(
      cwd,
      'the native binary could not be loaded (it is of another version of lockstep-nn). ' +
        'Reinstall lockstep-nn, or build it again in a checkout with "npm run build".',
      { flags: [other] },
    )
  })

  it('names the C library that the binary needs', function () {
    if (platform !== 'linux') this.skip()
    const cwd = copy()
    const newer = readFileSync(built, 'latin1').replace(/GLIBC_2\.\d\d(?=\0)/, 'GLIBC_2.99')
    const path = writeBinary(cwd, 'glibc', Buffer.from(newer, 'latin1'))
    const needed =
      /^the native binary needs glibc 2\.99 or newer, and this system has [\d.]+ \(.+`GLIBC_2\.99' not found.+\)\. Use a newer system, or /
    checkReason(
      cwd,
      new RegExp(
        `${needed.source}build lockstep-nn there from its repository and set LOCKSTEP_ADDON to the lockstep_nn\\.node\\.$`,
      ),
    )
    const { status, stderr } = script(PROGRAM, { variables: { LOCKSTEP_ADDON: path } })
    assert.equal(status, 1)
    assert.match(stderr, /Error: No native backend: LOCKSTEP_ADDON=the native binary needs glibc/)
  })

  it('is not needed where musl is not on Alpine: the binary for it is loaded', function () {
    if (platform !== 'linux') this.skip()
    const cwd = copy()
    const flags = [withMusl({})]
    writeBinary(cwd, 'glibc', 'one for glibc')
    checkReason(cwd, new RegExp(`^no native binary could be loaded for ${HERE} with musl \\(.+\\)\\. Reinstall`), {
      flags,
    })
    writeBinary(cwd, 'musl', readFileSync(built))
    assert.equal(backendIn(cwd, { flags }).name, nativePaths[0])
    // The system has both, and Node runs with glibc.
    writeBinary(cwd, 'glibc', readFileSync(built))
    writeBinary(cwd, 'musl', 'one for musl')
    assert.equal(backendIn(cwd, { flags: [withMusl({ glibcVersionRuntime: '2.36' })] }).name, nativePaths[0])
  })
})
