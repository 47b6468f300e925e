// Checks the includes in native. Follows the includes of each kernel set and of the dispatcher:
// - none of them reaches Node-API, which only the boundary files include; nor do the decoders and the WebAssembly module;
// - a kernel set reaches no standard header with inline functions: compiled with one set's instructions, such a function
//   could be the copy that the linker keeps for all;
// - the project's own includes have one direction: addon or wasm -> codec -> dispatch -> isa -> kernels (lanes -> training ->
//   layers -> products -> metrics -> support) -> simd.
import { posix } from 'node:path'
import { exists, filesUnder, lineOf, read, withoutComments } from './sources.mjs'

const KERNEL_SET_HEADERS = /^(stdint|stddef|string|[a-z]?mmintrin|immintrin|arm_neon|wasm_simd128)\.h$/
const NODE_HEADERS = /^(napi|node|uv|v8|js_native_api)[\w.-]*\.h$/

// From the top down: a file includes only files of its own line or of one below it. The first line that matches counts.
const FLOORS = [
  /^native\/(addon|wasm)\//,
  /^native\/codec\//,
  /^native\/(dispatch|pool|session|slices|watch|kernel_set\.cc)/,
  /^native\/isa\//,
  /^native\/kernels\/lanes\//,
  /^native\/kernels\/training\//,
  /^native\/kernels\/layers\//,
  /^native\/kernels\/products\//,
  /^native\/kernels\/metrics\//,
  // math, random, activations, losses, optimizers
  /^native\/kernels\/[^/]+$/,
  /^native\/kernels\/support\//,
  /^native\/simd\//,
  // plan, kernel_set, floating_point
  /^native\/[^/]+\.h$/,
]

export function checkNative() {
  const problems = []
  for (const name of filesUnder('native/isa', /\.cc$/)) {
    for (const { at, header } of reached(name, problems)) {
      if (!KERNEL_SET_HEADERS.test(header)) problems.push(`${at}: <${header}> may not get into a kernel set (${name})`)
    }
  }
  const others = ['native/codec', 'native/wasm'].flatMap((folder) => filesUnder(folder, /\.cc$/))
  for (const name of ['native/dispatch.cc', ...others]) {
    for (const { at, header } of reached(name, problems)) {
      if (NODE_HEADERS.test(header)) problems.push(`${at}: only the addon's files know of Node-API, not ${name}`)
    }
  }
  // The addon's files and those that no kernel set includes.
  for (const name of filesUnder('native', /\.(cc|h|inl)$/)) reached(name, problems)
  return [...new Set(problems)]
}

/** The headers from outside the project that a source includes, by itself or through the project's own. */
function reached(start, problems) {
  const outside = []
  const queue = [start]
  const seen = new Set(queue)
  for (const name of queue) {
    const source = withoutComments(read(name))
    for (const match of source.matchAll(/^[ \t]*#[ \t]*include[ \t]*(?:<([^>]+)>|"([^"]+)")/gm)) {
      const [, system, own] = match
      const at = `${name}:${lineOf(source, match.index)}`
      // Includes are relative to native/ or to the file's own folder; a header in neither is from outside the project.
      const target =
        own && [posix.join(posix.dirname(name), own), posix.join('native', own)].find((candidate) => exists(candidate))
      if (!target) {
        outside.push({ at, header: system ?? own })
        continue
      }
      if (floorOf(target) < floorOf(name)) problems.push(`${at}: ${name} may not include ${target}, which is above it`)
      if (!seen.has(target)) {
        seen.add(target)
        queue.push(target)
      }
    }
  }
  return outside
}

const floorOf = (name) => FLOORS.findIndex((floor) => floor.test(name))
