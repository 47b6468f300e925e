// What a released binary must fulfil to load on every supported system of its target.
import { readElf } from './elf.mjs'
import { readMacho } from './macho.mjs'
import { readPe } from './pe.mjs'

const ENTRY_POINTS = ['napi_register_module_v1', 'node_api_module_get_api_version_v1']
const NEEDED = {
  glibc: /^(lib(c|m)\.so\.6|lib(pthread|rt)\.so\.0|librt\.so\.1|libdl\.so\.2|ld-linux-(x86-64\.so\.2|aarch64\.so\.1))$/,
  // musl is one library, which Alpine's loader has under this name too.
  musl: /^libc\.so$/,
  win32: /^(KERNEL32\.dll|api-ms-win-crt-[a-z]+-l1-1-0\.dll)$/i,
  darwin: /^\/usr\/lib\/libSystem\.B\.dylib$/,
}
// glibc's of Node 20's own binaries: Node does not run on older systems.
const NEWEST_GLIBC = [2, 28]
const OLDEST_MACOS = '11.0'
// Systems for arm64 may have pages of 64 KiB.
const PAGE_SIZES = { x64: 4096, arm64: 65536 }

/** What is wrong with the bytes of this target's binary, each as the end of a sentence that begins with the file's name. */
export function problemsOf(target, bytes) {
  try {
    return target.platform === 'linux'
      ? linux(target, bytes)
      : target.platform === 'win32'
        ? windows(target, bytes)
        : macos(target, bytes)
  } catch (error) {
    return [error instanceof RangeError ? 'is cut off or damaged' : error.message]
  }
}

function linux({ arch, libc }, bytes) {
  const binary = readElf(bytes)
  return [
    ...common(arch, binary, NEEDED[libc]),
    ...binary.versions
      .filter(isTooNew)
      .map((version) => `needs ${version}, newer than glibc ${NEWEST_GLIBC.join('.')}`),
    ...(binary.writesCode ? ['has relocations in its code'] : []),
    ...(binary.executableStack ? ['asks for an executable stack'] : []),
    ...(binary.runPath ? ['names folders of libraries (RUNPATH)'] : []),
    ...(binary.alignment < PAGE_SIZES[arch] ? [`is aligned to pages of ${binary.alignment} bytes`] : []),
  ]
}

function windows({ arch }, bytes) {
  const binary = readPe(bytes)
  return [...common(arch, binary, NEEDED.win32), ...(binary.delayed ? ['loads DLLs at their first call'] : [])]
}

function macos({ arch }, bytes) {
  const binary = readMacho(bytes)
  return [
    ...common(arch, binary, NEEDED.darwin),
    ...(binary.oldestMacos === OLDEST_MACOS ? [] : [`is for macOS ${binary.oldestMacos}, not ${OLDEST_MACOS}`]),
    ...(binary.signature === 'valid' ? [] : [`has a signature that is ${binary.signature}`]),
    ...(binary.sharesSymbols ? ['has weak symbols, which can be bound to those of other libraries'] : []),
    ...(binary.runPath ? ['names folders of libraries (LC_RPATH)'] : []),
    ...(binary.id.startsWith('/') ? [`has the name ${binary.id}, a path of the machine that built it`] : []),
  ]
}

function common(arch, binary, allowed) {
  const wrong = binary.needed.filter((name) => !allowed.test(name))
  const exports = binary.exports.filter((name) => !ENTRY_POINTS.includes(name))
  const missing = ENTRY_POINTS.filter((name) => !binary.exports.includes(name))
  return [
    ...(binary.machine === arch ? [] : [`is for the processor ${binary.machine}, not ${arch}`]),
    ...wrong.map((name) => `needs the library ${name}`),
    ...(exports.length > 0 ? [`exports ${exports.join(', ')}`] : []),
    ...missing.map((name) => `does not export ${name}`),
  ]
}

/** GLIBC_2.x after NEWEST_GLIBC; a name of another form (GLIBC_PRIVATE) is never a public function. */
function isTooNew(version) {
  const parts = /^GLIBC_(\d+)\.(\d+)/.exec(version)
  if (!parts) return true
  const [major, minor] = [Number(parts[1]), Number(parts[2])]
  return major > NEWEST_GLIBC[0] || (major === NEWEST_GLIBC[0] && minor > NEWEST_GLIBC[1])
}
