// Runs a bundle in a context that has what a Web Worker has, and nothing of Node.js: `node --experimental-vm-modules worker.mjs
// FILE`. Prints what the promise `globalThis.result` of the bundle gives, as JSON.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import vm from 'node:vm'

const file = resolve(process.argv[2])
const { href } = pathToFileURL(file)
const { console, performance, MessageChannel, TextEncoder, TextDecoder, URL, atob, btoa } = globalThis
const { AbortController, AbortSignal, queueMicrotask, setTimeout, clearTimeout } = globalThis
const context = vm.createContext({
  ...{ console, performance, MessageChannel, TextEncoder, TextDecoder, URL, atob, btoa },
  ...{ AbortController, AbortSignal, queueMicrotask, setTimeout, clearTimeout },
  navigator: { hardwareConcurrency: 2 },
  location: { href, toString: () => href },
  importScripts: (...urls) => {
    for (const url of urls) vm.runInContext(readFileSync(fileURLToPath(url), 'utf8'), context)
  },
})
vm.runInContext('globalThis.self = globalThis', context)

const modules = new Map()

/** A module of the bundle; its name may be a path relative to the module that imports it. */
async function load(path) {
  if (modules.has(path)) return modules.get(path)
  const linked = (name, from) => {
    if (!/^\.{0,2}\//.test(name)) throw new Error(`The bundle imports ${name}`)
    return load(resolve(dirname(fileURLToPath(from.identifier)), name))
  }
  const module = new vm.SourceTextModule(readFileSync(path, 'utf8'), {
    context,
    identifier: pathToFileURL(path).href,
    initializeImportMeta: (meta) => {
      meta.url = pathToFileURL(path).href
    },
    importModuleDynamically: linked,
  })
  modules.set(path, module)
  await module.link(linked)
  await module.evaluate()
  return module
}

await load(file)
console.log(JSON.stringify(await context.result))
