/** Loads the addon in Node.js, Bun and Deno. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { addonReason, firstLine, type PackageFolder } from './addon-reasons.js'
import loader from './commonjs/addon.js'
import { requireAt } from './node-require.js'
import type { AddonFile, OpenedAddon } from './platform.js'

const NAME = 'lockstep-nn'
const HERE = `${process.platform}-${process.arch}`

export function openAddon(file: AddonFile | null): OpenedAddon {
  // What the reason calls the file; its path once that is known.
  let name = file === null ? null : addressOf(file)
  try {
    if (name === null) return { addon: loadOwn() }
    name = pathOf(name)
    return { addon: load(name) }
  } catch (error) {
    return { addon: null, reason: reasonOf(name, error) }
  }
}

const addressOf = (file: AddonFile): string => (typeof file === 'string' ? file : file.href)

/** Only a URL of a file has a path: another one is an error. */
const pathOf = (address: string): string =>
  /^(file:|[a-z][a-z0-9+.-]+:\/\/)/i.test(address) ? fileURLToPath(address) : resolve(address)

const load = (path: string): unknown => requireAt(path)(path)

/** Loads the package's binary. Where the system's C library is in doubt, node-gyp-build may find that for the other one. */
function loadOwn(): unknown {
  const version = inDoubt() ? glibcVersion() : null
  try {
    if (version !== null) {
      const found = loader.path()
      const [wrong, right] = version === '' ? ['glibc', 'musl'] : ['musl', 'glibc']
      const other = found.replace(new RegExp(`\\.${wrong}\\.node$`), `.${right}.node`)
      if (other !== found && exists(other)) return load(other)
    }
    return loader.load()
  } catch (error) {
    // Node's permissions may allow the package's folder, and not a file outside it that node-gyp-build opens.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') throw error
    return load(
      join(
        loader.folder() ?? '',
        '../../../prebuilds',
        HERE,
        `${NAME}.${glibcVersion() === '' ? 'musl' : 'glibc'}.node`,
      ),
    )
  }
}

/**
 * Whether the system has musl, so that this process may run with it. node-gyp-build decides by the first of these files,
 * which systems with musl other than Alpine do not have.
 */
function inDoubt(): boolean {
  if (process.platform !== 'linux' || (process.env.LIBC ?? '') !== '') return false
  return exists('/etc/alpine-release') || filesOf('/lib').some((name) => name.startsWith('ld-musl-'))
}

interface Report {
  readonly header?: { readonly glibcVersionRuntime?: string }
}

/** The version of glibc that this process runs with; empty where it is musl, null where it is not known. */
function glibcVersion(): string | null {
  const report = process.report as (typeof process.report & { excludeNetwork?: boolean }) | undefined
  if (process.platform !== 'linux' || report === undefined) return null
  // The names of connected hosts take seconds to find.
  const before = report.excludeNetwork
  try {
    report.excludeNetwork = true
    const { header } = report.getReport() as Report
    return header === undefined ? null : (header.glibcVersionRuntime ?? '')
  } catch {
    return null
  } finally {
    report.excludeNetwork = before
  }
}

/** Whether a file exists, and may be read: Node's permissions let `existsSync` throw. */
function exists(path: string): boolean {
  try {
    return existsSync(path)
  } catch {
    return false
  }
}

/** The files of a folder that exists and can be read. */
function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function reasonOf(path: string | null, error: unknown): string {
  const version = glibcVersion()
  return addonReason({
    path,
    error,
    platform: HERE,
    musl: version === '',
    glibc: version ?? '',
    denoForbids: denoForbids(error),
    folder: packageFolder(),
  })
}

interface DenoPermissions {
  readonly permissions: { querySync(wanted: { name: 'ffi' }): { readonly state: string } }
}

/** Whether Deno forbids native addons, or what finding one needs. */
function denoForbids(error: unknown): boolean {
  const { Deno } = globalThis as { Deno?: DenoPermissions }
  if (Deno === undefined) return false
  return (error as Error).name === 'NotCapable' || Deno.permissions.querySync({ name: 'ffi' }).state !== 'granted'
}

/** The folder of this package; null where the loader was moved out of it, which bundlers do. */
function packageFolder(): PackageFolder | null {
  const own = loader.folder()
  if (own === null || basename(own) !== 'commonjs') return null
  const root = join(own, '../../..')
  try {
    const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name?: unknown }
    if (name !== NAME) return null
  } catch (error) {
    if (isMissing(error)) return null
  }
  const isCheckout = exists(join(root, 'CMakeLists.txt'))
  try {
    return { isCheckout, platforms: readdirSync(join(root, 'prebuilds')), unreadable: '' }
  } catch (error) {
    return { isCheckout, platforms: [], unreadable: isMissing(error) ? '' : firstLine(error) }
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'
