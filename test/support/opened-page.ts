/** Opens pages of the library in Chromium: they may say nothing on the console, fail nowhere, and request nothing. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, ContextOptions, Page } from './chromium.js'

export const DESKTOP = { width: 1000, height: 800 }
export const PHONE = { width: 360, height: 740 }
/** A4 less the margins of the page, in CSS pixels. */
export const PRINTED = { width: 688, height: 1016 }

/** Two frames, after which the charts are drawn. */
export const DRAWN = 'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))'

/** A function that opens a page, gives it to `use`, and closes it. */
export function pageOpener(
  browser: () => Browser,
  folder: () => string,
): (source: string, options: ContextOptions, use: (page: Page) => Promise<void>) => Promise<void> {
  return async (source, options, use) => {
    const file = join(folder(), 'page.html')
    writeFileSync(file, source)
    const url = pathToFileURL(file).href
    const context = await browser().newContext({ viewport: DESKTOP, ...options })
    try {
      const page = await context.newPage()
      const events: string[] = []
      page.on('console', (message) => events.push(`console: ${message.text()}`))
      page.on('pageerror', (error) => events.push(`error: ${error}`))
      page.on('dialog', () => events.push('a dialog'))
      page.on('request', (request) => {
        if (request.url() !== url) events.push(`request: ${request.url()}`)
      })
      await page.goto(url)
      if (options.javaScriptEnabled !== false) await page.evaluate(DRAWN)
      assert.deepEqual(events, [])
      await use(page)
      assert.deepEqual(events, [])
    } finally {
      await context.close()
    }
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds in a page with all of its details open. */
export async function axeFindings(page: Page): Promise<object[]> {
  await page.evaluate(AXE)
  return page.evaluate<object[]>(`
    for (const details of document.querySelectorAll('details')) details.open = true
    axe.run().then(({ violations }) =>
      violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => [html, failureSummary]) })))`)
}

/** The parts of a page whose right edge is beyond the window, but those inside of `within`. */
export const tooWide = (page: Page, within: string): Promise<string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('body *')]
    .filter((one) => !one.closest(${JSON.stringify(within)}) && one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 200))`)

/** How many pixels of each chart a condition holds for: of `data` at `i`, the places of red, green, blue and opacity. */
const countPixels = (page: Page, condition: string): Promise<number[]> =>
  page.evaluate<number[]>(`[...document.querySelectorAll('.plot canvas')].map((canvas) => {
    const { width, height } = canvas
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    copy.drawImage(canvas, 0, 0)
    const { data } = copy.getImageData(0, 0, width, height)
    let count = 0
    for (let i = 0; i < data.length; i += 4) if (${condition}) count++
    return count
  })`)

/** How many pixels of each chart have nearly a colour. */
export const pixelsOf = (page: Page, colour: readonly number[]): Promise<number[]> =>
  countPixels(page, `data[i + 3] > 100 && [${colour}].every((value, k) => Math.abs(data[i + k] - value) < 3)`)

/** How many pixels of each chart are drawn on. */
export const inkOf = (page: Page): Promise<number[]> => countPixels(page, 'data[i + 3] > 100')
