/**
 * `npm run bench:frames`: the times between the frames of the playground in Chromium, at rest and while it trains 32
 * members of 2-8-8-1 on 500 rows.
 */
import type { Server } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { max, quantile } from 'simple-statistics'
import { writeLink } from '../../playground/state/link.js'
import { DEFAULT_SETTINGS } from '../../playground/state/settings.js'
import { benchCommand, shared, whole } from '../harness/options.js'
import { runTableBench, type TableOptions } from '../harness/report.js'

interface Page {
  goto(url: string): Promise<unknown>
  evaluate<Result>(code: string): Promise<Result>
}

interface Browser {
  newPage(options: { viewport: { width: number; height: number } }): Promise<Page>
  close(): Promise<void>
}

const SCRIPTS = fileURLToPath(new URL('../../../scripts', import.meta.url))
const script = (name: string) => import(pathToFileURL(join(SCRIPTS, name)).href)
const { buildPlayground, SITE }: { buildPlayground: () => Promise<void>; SITE: string } =
  await script('playground/build.mjs')
const { serve }: { serve: (folder: string) => Promise<{ server: Server; url: string }> } =
  await script('playground/serve.mjs')
const { openChromium }: { openChromium: () => Promise<Browser> } = await script('platforms/chromium.mjs')

/** A frame later than this after the one before it has left out one of 60 a second. */
const LATE_MS = 25
const VIEWPORT = { width: 1280, height: 900 }

interface Own {
  readonly members: number
  readonly rows: number
  readonly seconds: number
}

/** The times between frames in milliseconds, and the epochs that were trained meanwhile. */
interface Row {
  readonly state: string
  readonly frames: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly late: number
  readonly epochs: number
}

const EPOCH = `Number([...document.querySelectorAll('.facts dt')].find((one) => one.textContent === 'Epoch').nextSibling.textContent)`

async function measured(page: Page, state: string, seconds: number): Promise<Row> {
  const before = await page.evaluate<number>(EPOCH)
  const gaps = await page.evaluate<number[]>(`new Promise((resolve) => {
    const gaps = []
    const end = performance.now() + ${seconds * 1000}
    let last = 0
    const frame = (now) => {
      if (last > 0) gaps.push(now - last)
      last = now
      if (now < end) requestAnimationFrame(frame)
      else resolve(gaps)
    }
    requestAnimationFrame(frame)
  })`)
  const epochs = (await page.evaluate<number>(EPOCH)) - before
  const late = gaps.filter((gap) => gap > LATE_MS).length
  return {
    state,
    frames: gaps.length,
    p50: quantile(gaps, 0.5),
    p99: quantile(gaps, 0.99),
    max: max(gaps),
    late,
    epochs,
  }
}

async function measure({ members, rows, seconds }: Own): Promise<Row[]> {
  await buildPlayground()
  const { server, url } = await serve(SITE)
  const browser = await openChromium()
  try {
    const page = await browser.newPage({ viewport: VIEWPORT })
    const settings = { ...DEFAULT_SETTINGS, members, data: { ...DEFAULT_SETTINGS.data, rows } }
    const link = { settings, epoch: 0, digest: '0'.repeat(64), version: '0.1.0' }
    await page.goto(url + (await writeLink(link)))
    await page.evaluate(`new Promise((resolve) => {
      const check = () => (document.querySelector('#digest').textContent.length === 64 ? resolve() : setTimeout(check, 10))
      check()
    })`)
    const resting = await measured(page, 'at rest', seconds)
    await page.evaluate(`[...document.querySelectorAll('button')].find((one) => one.textContent === 'Play').click()`)
    return [resting, await measured(page, 'training', seconds)]
  } finally {
    await browser.close()
    server.close()
  }
}

const command = benchCommand('bench:frames', 'Measures the times between frames of the playground in Chromium.')
  .option('--members <n>', 'members of the ensemble', whole(1, 32), 32)
  .option('--rows <n>', 'rows of the data', whole(10, 2000), 500)
  .addOption(shared.seconds(5, 600, 'how long frames are measured, at rest and in training'))
const quick = { quick: { members: 3, rows: 60, seconds: 0.5 }, quickHelp: 'half a second, few members and rows' }

await runTableBench(command, quick, async (options: TableOptions<Own>) => {
  const rows = await measure(options)
  return {
    title: `Milliseconds between frames of the playground: 2-8-8-1, ${options.rows} rows, ${options.members} members`,
    rows,
    columns: [
      ['state', 'left', ({ state }) => state],
      ['frames', 'right', ({ frames }) => String(frames)],
      ['p50', 'right', ({ p50 }) => p50.toFixed(1)],
      ['p99', 'right', ({ p99 }) => p99.toFixed(1)],
      ['max', 'right', (row) => row.max.toFixed(1)],
      [`over ${LATE_MS}`, 'right', ({ late }) => String(late)],
      ['epochs', 'right', ({ epochs }) => String(epochs)],
    ],
  }
})
