/** The page of a study in Chromium: nothing is fetched, nothing overflows, charts are drawn, and trials can be chosen. */
import assert from 'node:assert/strict'
import { studyPage } from '#lib/search/page/study-page.js'
import { describeChromium, type Page } from '../support/chromium.js'
import { folderOf } from '../support/folder.js'
import {
  axeFindings,
  DESKTOP,
  DRAWN,
  inkOf,
  PHONE,
  PRINTED,
  pageOpener,
  pixelsOf,
  tooWide,
} from '../support/opened-page.js'
import { HOSTILE } from '../support/reports.js'
import { rowTests } from '../support/rows.js'
import { drawnStudy, randomOf, spaceOf, trialOf, uniform } from '../support/studies.js'

const FULL = studyPage(drawnStudy(300))

/** A study of more parameters than are shown, with long names. */
function wideStudy(): string {
  const parameters = Array.from({ length: 20 }, (_, i) => uniform(`${'a.very.long.path.of'.repeat(5)}.parameter${i}`))
  const random = randomOf(4)
  const trials = Array.from({ length: 50 }, (_, n) =>
    trialOf(n, Object.fromEntries(parameters.map(({ name }) => [name, random()])), random() * 1e-9),
  )
  return studyPage({ ...drawnStudy(0), space: spaceOf(...parameters), trials, best: 0 })
}

const PAGES: readonly (readonly [name: string, page: string])[] = [
  ['full', FULL],
  ['no trials', studyPage(drawnStudy(0))],
  ['one trial', studyPage(drawnStudy(1))],
  ['many parameters', wideStudy()],
  ['long words', studyPage(drawnStudy(40, 'wordsWithoutSpaces'.repeat(30)))],
  ['markup', studyPage(drawnStudy(40, HOSTILE))],
  ['10,000 trials', studyPage(drawnStudy(10_000))],
]

/** The colour of the best so far, #b3480f and #ffa15e, in the history and in parallel coordinates. */
const LIGHT = [179, 72, 15]
const DARK = [255, 161, 94]
/** That of complete trials: #0b62b0 and #6cb2ff. */
const COMPLETE = { light: [11, 98, 176], dark: [108, 178, 255] }

describeChromium('the page of a study in Chromium', (browser) => {
  const opened = pageOpener(browser, folderOf())
  const row = rowTests()

  for (const [name, source] of PAGES) {
    row('opens without a message, an error, or a request', name, () => opened(source, {}, async () => {}))

    row('is no wider than a phone of 360 pixels, nor any of its parts but those that scroll', name, () =>
      opened(source, { viewport: PHONE }, async (page) => {
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), PHONE.width)
        assert.deepEqual(await tooWide(page, '.scroll table, .scroll .plot, .hidden'), [])
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
        if (name !== 'full' && (colorScheme === 'dark' || viewport === PHONE || name === '10,000 trials')) continue
        row('has nothing that axe finds', `${name}, ${colorScheme}, ${viewport.width} pixels`, () =>
          opened(source, { viewport, colorScheme }, async (page) => assert.deepEqual(await axeFindings(page), [])),
        )
      }
    }
  }

  const title = (page: Page) => page.evaluate<string>(`document.querySelector('#selected h3').textContent`)
  const press = (page: Page, selector: string, place = 0) =>
    page.evaluate(`document.querySelectorAll(${JSON.stringify(selector)})[${place}].click(); ${DRAWN}`)
  const texts = (page: Page, selector: string) =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((one) => one.checkVisibility()).map((one) => one.textContent)`,
    )

  it('draws every chart, in other colours where these change', () =>
    opened(FULL, { colorScheme: 'light' }, async (page) => {
      const assertDrawn = async (scheme: 'light' | 'dark') => {
        const other = scheme === 'light' ? 'dark' : 'light'
        const counts = await inkOf(page)
        assert.equal(counts.length, 9)
        assert.ok(Math.min(...counts) > 500, `${counts} pixels`)
        const [history, parallel] = await pixelsOf(page, scheme === 'light' ? LIGHT : DARK)
        assert.ok(history > 100 && parallel > 20, `${history} and ${parallel} pixels`)
        assert.ok((await pixelsOf(page, COMPLETE[other])).every((count) => count === 0))
      }
      await assertDrawn('light')
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.evaluate(DRAWN)
      await assertDrawn('dark')
    }))

  it('moves nothing while it is loaded', () =>
    opened(FULL, { viewport: PHONE }, async (page) => {
      const shifts = `new Promise((done) => {
        new PerformanceObserver((list) => done(list.getEntries().length)).observe({ type: 'layout-shift', buffered: true })
        setTimeout(() => done(0), 300)
      })`
      assert.equal(await page.evaluate(shifts), 0)
    }))

  it('shows the best trial with its options, then others by their place', () =>
    opened(FULL, {}, async (page) => {
      const { best } = drawnStudy(300)
      assert.equal(await title(page), `Trial ${best}, place 1 of 300`)
      assert.match((await texts(page, '#selected code'))[0], /learningRate: 0\.\d+/)
      await press(page, '#selected button', 1)
      assert.match(await title(page), /place 2 of 300$/)
      await press(page, '#selected button', 1)
      await press(page, '#selected button', 0)
      assert.match(await title(page), /place 2 of 300$/)
      await press(page, '#selected button', 2)
      assert.match(await title(page), /place 1 of 300$/)
    }))

  it('marks in the table and in all charts a trial that is chosen in one of them', () =>
    opened(FULL, {}, async (page) => {
      const pictures = () =>
        page.evaluate<string[]>(`[...document.querySelectorAll('.plot canvas')].map((canvas) => canvas.toDataURL())`)
      const before = await pictures()
      await press(page, '#rows tbody button', 5)
      const [row] = await texts(page, '#rows .chosen th')
      assert.match(await title(page), new RegExp(`^Trial ${row}, place 6 of 300$`))
      const after = await pictures()
      assert.equal(after.length, 9)
      // A parameter that a trial does not have has no mark.
      assert.ok(after.filter((picture, i) => picture !== before[i]).length >= 8)
      // The last of the trials in the history is at the right.
      const [left, top, width] = await page.evaluate<[number, number, number]>(`(() => {
        const canvas = document.querySelector('.history canvas')
        canvas.scrollIntoView({ block: 'center' })
        const { left, top, width } = canvas.getBoundingClientRect()
        return [left, top, width]
      })()`)
      await page.mouse.click(left + width - 30, top + 120)
      await page.evaluate(DRAWN)
      assert.doesNotMatch(await title(page), new RegExp(`^Trial ${row},`))
      assert.match(await title(page), /^Trial 2[5-9]\d,/)
      await page.mouse.move(left + width / 2, top + 120)
      assert.match((await texts(page, '.chart .readout'))[0], /^trial 1[2-7]\d · state/)
    }))

  it('shows only trials in the ranges of axes that are dragged along', () =>
    opened(FULL, {}, async (page) => {
      const drag = async (x: number, from: number, to: number) => {
        const [left, top] = await page.evaluate<[number, number]>(`(() => {
          const canvas = document.querySelector('.parallel canvas')
          canvas.scrollIntoView({ block: 'center' })
          const { left, top } = canvas.getBoundingClientRect()
          return [left, top]
        })()`)
        await page.mouse.move(left + x, top + from)
        await page.mouse.down()
        await page.mouse.move(left + x, top + (from + to) / 2)
        await page.mouse.move(left + x, top + to)
        await page.mouse.up()
        await page.evaluate(DRAWN)
      }
      const shown = async () => (await texts(page, '#rows tbody tr')).length
      assert.equal(await shown(), 200)
      // The choice of layers: the lowest third of the first axis is the first of its three values.
      await drag(46, 320, 225)
      const first = drawnStudy(300).trials.filter(({ draw }) => draw['network.layers'] === 0).length
      assert.deepEqual(await texts(page, '#brushed'), [`${first} of 300 trials`])
      const labels = await texts(page, '#rows tbody td:nth-child(5)')
      assert.ok(labels.length > 20 && labels.every((label) => label === '16 relu → 1'))
      await press(page, '#unbrush')
      assert.equal(await shown(), 200)
      assert.deepEqual(await texts(page, '#unbrush'), [])
    }))

  it('sorts the table by a column, and the other way by another press', () =>
    opened(FULL, {}, async (page) => {
      const numbers = async () => (await texts(page, '#rows tbody th')).map(Number)
      const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)
      await press(page, '#rows thead button', 0)
      assert.deepEqual(await numbers(), sorted(await numbers()))
      await press(page, '#rows thead button', 0)
      assert.deepEqual(await numbers(), sorted(await numbers()).reverse())
      // Units, which only some trials have: these are first.
      const column = (await texts(page, '#rows thead th')).findIndex((text) => text.startsWith('units'))
      await press(page, '#rows thead button', column)
      const units = await texts(page, `#rows tbody td:nth-child(${column + 1})`)
      const given = units.filter((text) => text !== '')
      assert.deepEqual(units.slice(0, given.length), given)
      assert.deepEqual(given.map(Number), sorted(given.map(Number)))
      assert.equal(await page.evaluate(`document.querySelectorAll('#rows [aria-sort]').length`), 1)
    }))

  it('is used by keyboard: columns are sorted and trials chosen by Enter', () =>
    opened(FULL, {}, async (page) => {
      await page.evaluate(`document.querySelector('#rows .scroll').focus()`)
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      assert.equal(await page.evaluate(`document.querySelector('#rows th').getAttribute('aria-sort')`), 'ascending')
      await page.evaluate(`document.querySelector('#rows tbody button').focus()`)
      await page.keyboard.press('Enter')
      assert.match(await title(page), /^Trial \d,/)
    }))

  it('prints light pages with all charts, also where the screen is dark, and is dark again after that', () =>
    opened(FULL, { colorScheme: 'dark' }, async (page) => {
      await page.evaluate("dispatchEvent(new Event('beforeprint'))")
      const [history] = await pixelsOf(page, LIGHT)
      assert.ok(history > 100)
      assert.deepEqual(
        (await pixelsOf(page, COMPLETE.dark)).filter((count) => count > 0),
        [],
      )
      await page.emulateMedia({ media: 'print' })
      assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)')
      assert.ok((await page.pdf({ format: 'A4' })).length > 20_000)
      await page.emulateMedia({ media: 'screen' })
      await page.evaluate(`dispatchEvent(new Event('afterprint')); ${DRAWN}`)
      assert.ok((await pixelsOf(page, DARK))[0] > 100)
    }))

  it('has the best trial, the importance and the table where scripts are off', () =>
    opened(FULL, { javaScriptEnabled: false }, async (page) => {
      assert.ok((await page.screenshot({ fullPage: true })).length > 10_000)
      const text = await page.evaluate<string>('document.body.innerText')
      for (const part of ['The chart needs a script.', 'new Network(', '57.1\u00a0%', 'The best 200 of 300 trials']) {
        assert.ok(text.includes(part), part)
      }
    }))
})
