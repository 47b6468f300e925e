// Debian's Chromium: a page and a Worker, with and without a policy that forbids code from text (CSP). The trainings are bundled
// by esbuild without any configuration.
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'
import { BROWSER_BUNDLERS } from '../bundlers/browser.mjs'
import { root } from '../run.mjs'
import { npmInstall } from './support.mjs'

const PLAYWRIGHT = '1.65.1'
const FOLDER = join(root, 'out', 'platforms', `playwright-${PLAYWRIGHT}`)
const PROGRAM = env.LOCKSTEP_CHROMIUM ?? '/usr/bin/chromium'
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
  return runSite(site, { policy, inWorker })
}

/** Opens a page that runs the bundle of a folder, or whose Worker does. Returns the results as JSON. */
export async function runSite(site, { policy = null, inWorker = false } = {}) {
  await writeFile(join(site, 'index.html'), inWorker ? EMPTY_PAGE : PAGE)
  await writeFile(join(site, 'worker.js'), WORKER)
  const server = createServer((request, response) => answer(site, policy, request, response))
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const { chromium } = await playwright()
  const browser = await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(TIME_LIMIT)
    const problems = []
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    const result = await page.evaluate(inWorker ? digestsOfWorker : digestsOfPage)
    if (typeof result !== 'object' || problems.length > 0) throw new Error([result, ...problems].join('\n'))
    const checks = [{ title: 'code from text is forbidden', ok: !result.makesFunctions }].slice(policy === null ? 1 : 0)
    return JSON.stringify({ ...result, runtime: `Chromium ${browser.version()}`, checks })
  } finally {
    await browser.close()
    server.close()
  }
}

async function answer(site, policy, request, response) {
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

async function playwright() {
  if (!existsSync(join(FOLDER, 'node_modules'))) await npmInstall(FOLDER, [`playwright-core@${PLAYWRIGHT}`])
  const entry = createRequire(join(FOLDER, 'package.json')).resolve('playwright-core')
  return (await import(pathToFileURL(entry))).default
}
