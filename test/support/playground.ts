/** The playground in Chromium: built once, served on loopback, driven by its controls. */
import assert from 'node:assert/strict'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './child.js'
import type { Browser, ContextOptions, Page } from './chromium.js'
import { DESKTOP } from './opened-page.js'

const module = (name: string) => import(pathToFileURL(join(ROOT, 'scripts', 'playground', name)).href)
const { buildPlayground }: { buildPlayground: (site: string) => Promise<void> } = await module('build.mjs')
const { serve }: { serve: (folder: string, port?: number) => Promise<{ server: Server; url: string }> } =
  await module('serve.mjs')

export { buildPlayground, serve }

const TIME_LIMIT = 30_000

/**
 * A function that opens the playground at a hash, gives the page to `use`, and closes it.
 * @param allowed what the page may report on the console
 */
export function playgroundOpener(browser: () => Browser, url: () => string, allowed = /^$/) {
  return async (hash: string, options: ContextOptions, use: (page: Page) => Promise<void>): Promise<void> => {
    // A context is a fresh profile.
    const context = await browser().newContext({ viewport: DESKTOP, ...options })
    try {
      const page = await context.newPage()
      const events: string[] = []
      page.on('console', (message) => {
        if (!allowed.test(message.text())) events.push(`console: ${message.text()}`)
      })
      page.on('pageerror', (error) => events.push(`error: ${error}`))
      page.on('dialog', () => events.push('a dialog'))
      page.on('request', (request) => {
        if (!request.url().startsWith(url()) && !request.url().startsWith('data:'))
          events.push(`request: ${request.url()}`)
      })
      await page.goto(url() + hash)
      await use(page)
      assert.deepEqual(events, [])
    } finally {
      await context.close()
    }
  }
}

/** Waits until a condition of the page is true, in its own words. */
export async function until(page: Page, condition: string): Promise<void> {
  const isTrue = await page.evaluate<boolean>(`new Promise((resolve) => {
    const end = performance.now() + ${TIME_LIMIT}
    const check = () => {
      if (${condition}) resolve(true)
      else if (performance.now() > end) resolve(false)
      else setTimeout(check, 10)
    }
    check()
  })`)
  assert.ok(
    isTrue,
    `Expected ${condition}, but the page has: ${await page.evaluate<string>('document.body.innerText')}`,
  )
}

/** The text of an element. */
export const textOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate<string>(`document.querySelector(${JSON.stringify(selector)}).innerText`)

/** The value beside a name in the list of facts, as an expression of the page. */
export const factText = (name: string): string =>
  `[...document.querySelectorAll('.facts dt')].find((one) => one.textContent === ${JSON.stringify(name)}).nextSibling.textContent`

export const factOf = (page: Page, name: string): Promise<string> => page.evaluate<string>(factText(name))

/** Clicks the button with this text. */
export const press = (page: Page, text: string): Promise<void> =>
  page.evaluate<void>(
    `[...document.querySelectorAll('button')].find((one) => one.textContent === ${JSON.stringify(text)}).click()`,
  )

/** Sets the field with this label, within the group of a legend. */
export const setField = (page: Page, group: string, label: string, value: string | number | boolean): Promise<void> =>
  page.evaluate<void>(`(() => {
    const group = [...document.querySelectorAll('fieldset')].find((one) => one.querySelector('legend').textContent === ${JSON.stringify(group)})
    const field = [...group.querySelectorAll('label')].find((one) => one.querySelector('span').textContent === ${JSON.stringify(label)})
    const input = field.querySelector('input, select')
    if (typeof ${JSON.stringify(value)} === 'boolean') input.checked = ${JSON.stringify(value)}
    else input.value = ${JSON.stringify(String(value))}
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })()`)
