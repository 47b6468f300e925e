/** The page of a report in Chromium: nothing is fetched, nothing overflows, text stays text, and it can be printed. */
import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'
import type { ReportData } from '#lib/cli/report/parts/data.js'
import { reportPage } from '#lib/cli/report/report-page.js'
import { PRINTED as PRINTED_CHARTS } from '#lib/page/printed.js'
import { describeChromium, type Page } from '../support/chromium.js'
import { folderOf } from '../support/folder.js'
import { axeFindings, DESKTOP, DRAWN, PHONE, PRINTED, pageOpener, pixelsOf, tooWide } from '../support/opened-page.js'
import { bareReport, fullReport, HOSTILE, wideReport } from '../support/reports.js'
import { rowTests } from '../support/rows.js'

const PAGES: readonly (readonly [name: string, page: string])[] = [
  ['full', reportPage(fullReport())],
  ['bare', reportPage(bareReport())],
  ['many labels', reportPage(wideReport())],
  ['long words', reportPage(fullReport('wordsWithoutSpaces'.repeat(30)))],
  ['markup', reportPage(fullReport(HOSTILE))],
]

/** The colour of the first series, #0b62b0 and #6cb2ff. */
const LIGHT = [11, 98, 176]
const DARK = [108, 178, 255]

/** The drawing operations of a PDF, as text. */
function drawingsOf(pdf: Buffer): string {
  const text = pdf.toString('latin1')
  assert.match(text, /^%PDF/)
  const streams = Array.from(
    text.matchAll(/\/FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream/gs),
    ([, data]) => data,
  )
  return streams.map((data) => inflateSync(Buffer.from(data, 'latin1')).toString('latin1')).join('\n')
}

/** The grid of a printed chart, which nothing else has: #e4e8ec. Chromium prints a canvas as lines. */
const GRID = '.8941 .9098 .9255 RG'

const pagesOf = (pdf: Buffer): number => pdf.toString('latin1').split(/\/Type\s*\/Page\b/).length - 1

/** The full report with its targets several times. */
function longReport(): ReportData {
  const report = fullReport()
  const targets = [1, 2, 3].flatMap((i) => report.targets.map((target) => ({ ...target, name: `${target.name} ${i}` })))
  return { ...report, targets }
}

describeChromium('the page of a report in Chromium', (browser) => {
  const folder = folderOf()
  const row = rowTests()

  const opened = pageOpener(browser, folder)

  async function assertDrawn(page: Page, colour: readonly number[], other: readonly number[]): Promise<void> {
    const counts = await pixelsOf(page, colour)
    assert.equal(counts.length, 4)
    for (const count of counts) assert.ok(count > 20, `${counts} pixels`)
    assert.deepEqual(await pixelsOf(page, other), [0, 0, 0, 0])
  }

  for (const [name, source] of PAGES) {
    row('opens without a message, an error, or a request', name, () => opened(source, {}, async () => {}))

    row('is no wider than a phone of 360 pixels, nor any of its parts but tables that scroll', name, () =>
      opened(source, { viewport: PHONE }, async (page) => {
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), PHONE.width)
        assert.deepEqual(await tooWide(page, '.scroll table, .hidden'), [])
      }),
    )

    row('keeps all within the paper when it is printed', name, () =>
      opened(source, { viewport: PRINTED, colorScheme: 'dark' }, async (page) => {
        await page.evaluate("dispatchEvent(new Event('beforeprint'))")
        await page.emulateMedia({ media: 'print' })
        assert.deepEqual(await tooWide(page, '.hidden'), [])
      }),
    )

    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [DESKTOP, PHONE]) {
        if (name !== 'full' && (colorScheme === 'dark' || viewport === PHONE)) continue
        row('has nothing that axe finds', `${name}, ${colorScheme}, ${viewport.width} pixels`, () =>
          opened(source, { viewport, colorScheme }, async (page) => {
            assert.deepEqual(await axeFindings(page), [])
          }),
        )
      }
    }
  }

  it('shows text that looks like markup as text, and runs none of it', () =>
    opened(reportPage(fullReport(HOSTILE)), {}, async (page) => {
      assert.equal(await page.evaluate('typeof hacked'), 'undefined')
      const texts = await page.evaluate<string[]>(
        `[...document.querySelectorAll('th bdi, dd bdi, code bdi')].map((one) => one.textContent)`,
      )
      assert.ok(texts.filter((text) => text.startsWith('</script><script>')).length > 4)
    }))

  it('runs no script but its own, even where one is in the page', () => {
    const source = reportPage(fullReport()).replace('<main>', '<main><script>hacked = 1</script>')
    assert.match(source, /hacked/)
    return assert.rejects(
      opened(source, {}, async () => {}),
      /Content Security Policy/,
    )
  })

  it('draws every chart, in other colours where these change', () =>
    opened(reportPage(fullReport()), { colorScheme: 'light' }, async (page) => {
      await assertDrawn(page, LIGHT, DARK)
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.evaluate(DRAWN)
      await assertDrawn(page, DARK, LIGHT)
    }))

  it('draws charts again where the window is made narrower', () =>
    opened(reportPage(fullReport()), {}, async (page) => {
      await page.setViewportSize(PHONE)
      await page.evaluate(DRAWN)
      const widths = `[...document.querySelectorAll('.plot')].map((one) => [one.clientWidth, one.firstElementChild.clientWidth])`
      for (const [room, width] of await page.evaluate<[number, number][]>(widths)) assert.equal(width, room)
    }))

  it('moves nothing while it is loaded', () =>
    opened(reportPage(fullReport()), { viewport: PHONE }, async (page) => {
      const shifts = `new Promise((done) => {
        new PerformanceObserver((list) => done(list.getEntries().length)).observe({ type: 'layout-shift', buffered: true })
        setTimeout(() => done(0), 300)
      })`
      assert.equal(await page.evaluate(shifts), 0)
    }))

  it('prints light pages with all charts, also where the screen is dark, and is dark again after that', () =>
    opened(reportPage(fullReport()), { colorScheme: 'dark' }, async (page) => {
      const drawn = drawingsOf(Buffer.from(await page.pdf({ format: 'A4' })))
      assert.ok(drawn.includes(GRID))
      // That of dark screens: #2b333b.
      assert.ok(!drawn.includes('.1686 .2 .2314 RG'))
      await page.evaluate(DRAWN)
      await assertDrawn(page, DARK, LIGHT)
      await page.evaluate("dispatchEvent(new Event('beforeprint'))")
      await assertDrawn(page, LIGHT, DARK)
      await page.emulateMedia({ media: 'print' })
      assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)')
    }))

  it('prints charts whole, at the size of their place, and fills its pages', () =>
    opened(reportPage(longReport()), { viewport: PRINTED }, async (page) => {
      const printed = Buffer.from(await page.pdf({ format: 'A4' }))
      // A chart that a page break divides is drawn on both pages.
      const strip = Buffer.from(await page.pdf({ width: '210mm', height: '5000mm' }))
      const lines = (pdf: Buffer) => drawingsOf(pdf).split(GRID).length - 1
      // Each has a grid for each axis.
      assert.equal(lines(strip), 2 * (await page.evaluate<number>("document.querySelectorAll('.plot').length")))
      assert.equal(lines(printed), lines(strip))
      await page.evaluate("dispatchEvent(new Event('beforeprint'))")
      await page.emulateMedia({ media: 'print' })
      const { height, sizes } = await page.evaluate<{ height: number; sizes: number[][] }>(`({
        height: document.body.scrollHeight,
        sizes: [...document.querySelectorAll('.plot')].map((plot) => [plot, plot.firstElementChild].flatMap((one) => {
          const { width, height } = one.getBoundingClientRect()
          return [Math.round(width), Math.round(height)]
        })),
      })`)
      assert.equal(pagesOf(strip), 1)
      const pages = pagesOf(printed)
      assert.ok(
        pages > 4 && pages <= Math.ceil((1.15 * height) / PRINTED.height),
        `${pages} pages for ${height} pixels`,
      )
      const { wide, small, square } = PRINTED_CHARTS
      for (const [width, tall, ...drawn] of sizes) {
        assert.deepEqual(drawn, [width, tall])
        assert.ok(
          [wide, small, square].some((one) => one[0] === width && one[1] === tall),
          `${width} × ${tall}`,
        )
      }
    }))

  it('is reached by keyboard in order: links, tables, and the numbers of charts, which Enter opens', () =>
    opened(reportPage(fullReport()), {}, async (page) => {
      const all = `[...document.querySelectorAll('a, summary, [tabindex="0"]')]`
      const count = await page.evaluate<number>(`${all}.length`)
      const reached: number[] = []
      for (let i = 0; i < count; i++) {
        await page.keyboard.press('Tab')
        reached.push(await page.evaluate<number>(`${all}.indexOf(document.activeElement)`))
        // The table of an open one is next.
        if (await page.evaluate('document.activeElement.localName === "summary"')) await page.keyboard.press('Enter')
      }
      assert.deepEqual(
        reached,
        Array.from({ length: count }, (_, i) => i),
      )
      assert.ok(await page.evaluate(`[...document.querySelectorAll('details')].every(({ open }) => open)`))
    }))

  it('has the numbers of its charts where scripts are off', () =>
    opened(reportPage(fullReport()), { javaScriptEnabled: false }, async (page) => {
      assert.ok((await page.screenshot({ fullPage: true })).length > 10_000)
      const text = await page.evaluate<string>('document.body.innerText')
      assert.match(text, /The chart needs a script; its numbers are below\./)
    }))
})
