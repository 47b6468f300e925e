/** Why the addon did not load: the cause and its remedy, in one or two sentences. */

/** What is known where a file of the addon did not load. */
export interface LoadFailure {
  /** The file that was asked for; null where the package's own was. */
  readonly path: string | null
  readonly error: unknown
  /** Such as `linux-x64`. */
  readonly platform: string
  /** Whether the process runs with musl. */
  readonly musl: boolean
  /** The version of glibc; empty where there is none, or it is not known. */
  readonly glibc: string
  readonly denoForbids: boolean
  /** The package's folder; null in a bundle. */
  readonly folder: PackageFolder | null
}

export interface PackageFolder {
  /** Whether it has the sources of the addon. */
  readonly isCheckout: boolean
  /** The platforms of its binaries. */
  readonly platforms: readonly string[]
  /** Why the folder of the binaries cannot be read; empty where it can, or does not exist. */
  readonly unreadable: string
}

/** The first line of an error's message. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code

/** A version of the C or C++ library that the binary needs and the system lacks, in the words of the system. */
const NEWER_LIBRARY = /(GLIBC|GLIBCXX|CXXABI)_([\d.]+)' not found/

export function addonReason(failure: LoadFailure): string {
  const { path, error, platform, musl, glibc, denoForbids } = failure
  if (denoForbids) return 'Deno does not allow native addons. Run deno with --allow-ffi, --allow-read and --allow-env.'
  if (codeOf(error) === 'ERR_DLOPEN_DISABLED') {
    return (
      'Node.js does not allow native addons in this process. ' +
      'Run node with --allow-addons if it has --permission, and without --no-addons.'
    )
  }
  const why = firstLine(error)
  const newer = NEWER_LIBRARY.exec(why)
  if (newer !== null) {
    const [, library, version] = newer
    const needed = library === 'GLIBC' ? `glibc ${version}` : `a C++ library with ${library}_${version}`
    const here = library === 'GLIBC' && glibc !== '' ? `, and this system has ${glibc}` : ''
    return `the native binary needs ${needed} or newer${here} (${why}). Use a newer system, or ${buildHere(path)}`
  }
  if (path !== null) return `${path} could not be loaded (${why}).`
  return (
    reasonOfPackage(failure, why) ??
    `no native binary could be loaded for ${libcOf(platform, musl)} (${why}). Reinstall lockstep-nn.`
  )
}

const libcOf = (platform: string, musl: boolean): string => (musl ? `${platform} with musl` : platform)

const buildHere = (path: string | null): string =>
  path === null
    ? 'build lockstep-nn there from its repository and set LOCKSTEP_ADDON to the lockstep_nn.node.'
    : 'build that file there.'

/** The reason where the package has no binary for this process, or none is found. */
function reasonOfPackage({ error, folder, platform, musl }: LoadFailure, why: string): string | null {
  if (folder === null) {
    return (
      'lockstep-nn was bundled, and its native binary is not in the bundle. Mark lockstep-nn as external, ' +
      `import "lockstep-nn/native/${platform}${musl ? '-musl' : ''}" with a loader for .node files, or call useAddon.`
    )
  }
  if (codeOf(error) === 'MODULE_NOT_FOUND' && why.includes('node-gyp-build')) {
    return `the package node-gyp-build could not be loaded (${why}). Reinstall lockstep-nn.`
  }
  const unreadable = codeOf(error) === 'ERR_ACCESS_DENIED' ? why : folder.unreadable
  if (unreadable !== '') {
    return (
      `files of the native binary may not be read (${unreadable}). ` +
      'Allow the folder of lockstep-nn: node has --allow-fs-read for that, deno --allow-read.'
    )
  }
  if (!why.startsWith('No native build was found')) return null
  if (folder.platforms.length === 0) {
    return folder.isCheckout
      ? 'the addon of this checkout has not been built. Run "npm run build".'
      : 'the folder prebuilds of lockstep-nn is missing. Reinstall lockstep-nn.'
  }
  return `lockstep-nn has no native binary for ${libcOf(platform, musl)}. To have one, ${buildHere(null)}`
}
