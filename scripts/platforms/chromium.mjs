// Debian's Chromium: a page and a Worker, with and without a policy that forbids code from text (CSP). The trainings are bundled
// by esbuild without any configuration.
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'
import { BROWSER_BUNDLERS } from '../bundlers/browser.mjs'
import { root } from '../run.mjs'
import { installed } from './project.mjs'
import { npmInstall } from './support.mjs'

const PLAYWRIGHT = '1.65.1'
const FOLDER = join(root, 'out', 'platforms', `playwright-${PLAYWRIGHT}`)
const PROGRAM = env.LOCKSTEP_CHROMIUM ?? '/usr/bin/chromium'
const WASM = 'lockstep_nn.wasm'
const TIME_LIMIT = 120_000
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }

const POLICY = "default-src 'none'; connect-src 'self'; worker-src 'self'; script-src 'self'"
const PAGE =
  '<!doctype html><meta charset="utf-8"><title>digests</title><script type="module" src="bundle.js"></script>'
const EMPTY_PAGE = '<!doctype html><meta charset="utf-8"><title>digests</title>'
const WORKER =
  "import './bundle.js'\ndigests.then((result) => postMessage(result), (error) => postMessage(String(error)))\n"

export const hasChromium = () => existsSync(PROGRAM)

const runner = (title, policy, inWorker) => ({
  name: `Chromium, ${title}`,
  needs: 'On Debian: apt-get install chromium. LOCKSTEP_CHROMIUM names another one.',
  isNative: false,
  isWasm: policy !== POLICY,
  available: hasChromium,
  run: (file) => inChromium(dirname(file), policy, inWorker),
})

export const runners = [
  runner('page', null, false),
  runner('page with a CSP', POLICY, false),
  runner("page with a CSP with 'wasm-unsafe-eval'", `${POLICY} 'wasm-unsafe-eval'`, false),
  runner('Worker', null, true),
]

/** Bundles the trainings in a folder of a project, runs them in Chromium, and returns the results as JSON. */
async function inChromium(folder, policy, inWorker) {
  const site = join(folder, 'site')
  await mkdir(site, { recursive: true })
  await BROWSER_BUNDLERS.esbuild(join(folder, 'browser.js'), site)
  await copyWasm(dirname(folder), site)
  return runSite(site, { policy, inWorker })
}

/** Copies the WebAssembly module of a project beside a bundle whose bundler did not. */
export async function copyWasm(project, site) {
  const file = join(installed(project), 'dist', WASM)
  const copied = (await readdir(site, { recursive: true })).some((name) => name.endsWith('.wasm'))
  if (existsSync(file) && !copied) await copyFile(file, join(site, WASM))
}

/** Opens a page that runs the bundle of a folder, or whose Worker does. Returns the results as JSON. */
export async function runSite(site, { policy = null, inWorker = false } = {}) {
  await writeFile(join(site, 'index.html'), inWorker ? EMPTY_PAGE : PAGE)
  await writeFile(join(site, 'worker.js'), WORKER)
  let release
  const released = new Promise((resolve) => {
    release = resolve
  })
  const server = createServer(async (request, response) => {
    if (request.url === '/release') release()
    if (request.url.endsWith('.wasm')) await released
    await answer(site, policy, request, response)
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const browser = await openChromium()
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(TIME_LIMIT)
    const problems = []
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    const result = await page.evaluate(inWorker ? digestsOfWorker : digestsOfPage)
    if (typeof result !== 'object' || problems.length > 0) throw new Error([result, ...problems].join('\n'))
    return JSON.stringify({ ...result, runtime: `Chromium ${browser.version()}`, checks: checksOf(result, policy) })
  } finally {
    await browser.close()
    server.close()
  }
}

/** What a page must have found, besides equal digests. */
function checksOf({ makesFunctions, loading }, policy) {
  const { early, late, isSame, failure } = loading
  const started = { title: 'trains in TypeScript while the module loads', ok: early.join() === 'typescript,typescript' }
  const same = { title: 'a training before it is loaded has the bits of one after it', ok: isSame }
  const loaded =
    policy === POLICY
      ? { title: 'says which policy refuses WebAssembly', ok: /'wasm-unsafe-eval'/.test(failure), detail: failure }
      : { title: 'trains in WebAssembly once it is loaded', ok: late.join() === 'wasm,wasm', detail: failure ?? '' }
  const strict = { title: 'the policy forbids code from text', ok: !makesFunctions }
  return [started, loaded, same, ...(policy === null ? [] : [strict])]
}

async function answer(site, policy, request, response) {
  if (request.url === '/release') {
    response.end()
    return
  }
  const name = request.url === '/' ? '/index.html' : request.url
  const body = await readFile(join(site, name)).catch(() => null)
  if (body === null) {
    response.writeHead(404).end()
    return
  }
  const type = { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }
  response.writeHead(200, { ...type, ...(policy === null ? {} : { 'content-security-policy': policy }) }).end(body)
}

/** These run in the page. */
const digestsOfPage = () => globalThis.digests
const digestsOfWorker = () =>
  new Promise((resolve) => {
    const worker = new globalThis.Worker('/worker.js', { type: 'module' })
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => resolve(`The Worker failed: ${message}`)
  })

/** Starts Chromium, driven by Playwright. */
export async function openChromium() {
  const { chromium } = await playwright()
  return chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] })
}

async function playwright() {
  if (!existsSync(join(FOLDER, 'node_modules'))) await npmInstall(FOLDER, [`playwright-core@${PLAYWRIGHT}`])
  const entry = createRequire(join(FOLDER, 'package.json')).resolve('playwright-core')
  return (await import(pathToFileURL(entry))).default
}
