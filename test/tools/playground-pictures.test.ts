/** The pictures of the playground in Chromium: network, map, own points and curves. */
import assert from 'node:assert/strict'
import { writeLink } from '../../playground/state/link.js'
import type { Settings } from '../../playground/state/settings.js'
import { type ContextOptions, describeChromium, type Page } from '../support/chromium.js'
import { folderOf } from '../support/folder.js'
import { axeFindings, DRAWN, PHONE, tooWide } from '../support/opened-page.js'
import { buildPlayground, factText, playgroundOpener, press, serve, textOf, until } from '../support/playground.js'
import { layerOf, settingsWith } from '../support/playground-settings.js'

const READY = `document.querySelector('#digest').textContent.length === 64`
const PLACE = `(() => { const { left, top, width, height } = document.querySelector('.rows').getBoundingClientRect(); return [left, top, width, height] })()`

const linkOf = (settings: Settings): Promise<string> =>
  writeLink({ settings, epoch: 0, digest: '0'.repeat(64), version: '0.1.0' })

/** How many different colours a canvas has. */
const coloursOf = (page: Page, selector: string): Promise<number> =>
  page.evaluate<number>(`(() => {
    const canvas = document.querySelector(${JSON.stringify(selector)})
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    return new Set(new Uint32Array(data.buffer)).size
  })()`)

/** The canvases as one text, which changes with any pixel. */
const pixelsOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate<string>(`document.querySelector(${JSON.stringify(selector)}).toDataURL()`)

/** The top of each panel and of the table of layers. */
const topsOf = (page: Page): Promise<number[]> =>
  page.evaluate<number[]>(
    `[...document.querySelectorAll('.panel, .layers, .summary')].map((one) => Math.round(one.getBoundingClientRect().top + scrollY))`,
  )

const told = (page: Page): Promise<string> => textOf(page, '.told')

describeChromium('the pictures of the playground', (browser) => {
  const folder = folderOf()
  let served: Awaited<ReturnType<typeof serve>>
  before(async () => {
    await buildPlayground(folder())
    served = await serve(folder())
  })
  after(() => {
    served.server.close()
  })
  const opened = playgroundOpener(browser, () => served.url)
  const openedWith = async (settings: Settings, options: ContextOptions, use: (page: Page) => Promise<void>) =>
    opened(await linkOf(settings), options, use)
  const points = settingsWith({ data: { source: 'points' } })

  it('change with the training, without moving anything in the page', () =>
    openedWith(settingsWith({ members: 3 }), {}, async (page) => {
      await until(page, READY)
      await page.evaluate(DRAWN)
      const selectors = ['.graph', '.map canvas', '.chart canvas']
      const before = await Promise.all(selectors.map((one) => pixelsOf(page, one)))
      const rows = await pixelsOf(page, '.rows canvas')
      const tops = await topsOf(page)
      for (const one of ['.graph', '.map canvas', '.rows canvas']) assert.ok((await coloursOf(page, one)) > 10, one)
      await press(page, 'Play')
      await until(page, `Number(${factText('Epoch')}) >= 60`)
      assert.deepEqual(await topsOf(page), tops)
      await press(page, 'Pause')
      await until(page, `[...document.querySelectorAll('button')].some((one) => one.textContent === 'Play')`)
      await page.evaluate(DRAWN)
      const after = await Promise.all(selectors.map((one) => pixelsOf(page, one)))
      after.forEach((one, i) => {
        assert.notEqual(one, before[i], selectors[i])
      })
      assert.equal(await pixelsOf(page, '.rows canvas'), rows)
      assert.match(await textOf(page, '.summary'), /^Epoch \d+\. Training loss .* Accuracy: training [\d.]+ %/)
    }))

  it('show another member, and where the members differ', () =>
    openedWith(settingsWith({ members: 3 }), {}, async (page) => {
      await until(page, READY)
      await page.evaluate(DRAWN)
      const [graph, map] = [await pixelsOf(page, '.graph'), await pixelsOf(page, '.map canvas')]
      await page.evaluate(`(() => {
        const select = document.querySelector('section[aria-labelledby=network] select')
        select.value = '2'
        select.dispatchEvent(new Event('change', { bubbles: true }))
      })()`)
      await until(page, `document.querySelector('.graph').toDataURL() !== ${JSON.stringify(graph)}`)
      await page.evaluate(`document.querySelector('section[aria-labelledby=output] input').click()`)
      await until(page, `document.querySelector('.map canvas').toDataURL() !== ${JSON.stringify(map)}`)
      assert.match(await textOf(page, '.legend .scale'), /^standard deviation/)
    }))

  it('name dead units', () => {
    const activation = { name: 'relu' }
    const network = { layers: [layerOf({ activation, units: 12 })] }
    const trainer = { optimizer: { name: 'sgd', learningRate: 20 } }
    return openedWith(settingsWith({ network, trainer }), {}, async (page) => {
      await until(page, READY)
      for (let i = 0; i < 5; i++) await press(page, 'One epoch')
      await until(page, `document.querySelector('.layers .stuck') !== null`)
      assert.match(await textOf(page, '.layers .stuck'), /^\d+(, \d+)*( \+ \d+)?$/)
    })
  })

  it('take points by click and drag, and erase them', () =>
    openedWith(points, {}, async (page) => {
      await until(page, READY)
      const count = points.data.points.length
      const total = `document.querySelector('.rows').getAttribute('aria-label')`
      await page.evaluate(`document.querySelector('.rows').scrollIntoView({ block: 'center' })`)
      const [left, top, width, height] = await page.evaluate<number[]>(PLACE)
      const at = (x: number, y: number) => [left + x * width, top + y * height] as const
      await page.mouse.click(...at(0.5, 0.5))
      assert.equal(await told(page), 'Added a point of first class at 0, 0.')
      await page.mouse.move(...at(0.5, 0.5))
      await page.mouse.down()
      await page.mouse.move(...at(0.6, 0.6))
      await page.mouse.move(...at(0.75, 0.25))
      await page.mouse.up()
      assert.match(await told(page), /^Moved the point of first class at 0\.6\d*, 0\.6\d*\.$/)
      await until(page, `${READY} && ${total}.includes(' ${count + 1 - Math.round((count + 1) * 0.3)} training rows')`)
      await page.evaluate(`[...document.querySelectorAll('.brushes input')].at(-1).click()`)
      await page.mouse.click(...at(0.75, 0.25))
      assert.match(await told(page), /^Removed the point of first class/)
    }))

  it('take points by keys: arrows move the cursor, Enter adds, Delete removes, digits choose the class', () =>
    openedWith(points, {}, async (page) => {
      await until(page, READY)
      await page.evaluate(`document.querySelector('.rows').focus()`)
      await page.keyboard.press('3')
      assert.equal(await told(page), 'third class')
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Enter')
      assert.equal(await told(page), 'Added a point of third class at 0.1, 0.1.')
      await until(
        page,
        `[...document.querySelectorAll('.legend li')].some((one) => one.textContent.includes('third class'))`,
      )
      await page.keyboard.press('Delete')
      assert.equal(await told(page), 'Removed the point of third class at 0.1, 0.1.')
      await page.keyboard.press('Delete')
      assert.equal(await told(page), 'There is no point here.')
    }))

  it('keep the points that cannot be trained with, and say what is missing', () =>
    openedWith(points, {}, async (page) => {
      await until(page, READY)
      await press(page, 'Remove all points')
      await until(page, `document.querySelector('.problem')?.textContent.includes('at least two classes')`)
      await page.evaluate(`document.querySelector('.rows').focus()`)
      await page.keyboard.press('Enter')
      await page.keyboard.press('2')
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft')
      await page.keyboard.press('Enter')
      await until(page, `${READY} && document.querySelector('.problem') === null`)
    }))

  it('take the rows of a drawn data set as points', () =>
    openedWith(settingsWith(), {}, async (page) => {
      await until(page, READY)
      await press(page, 'Edit these points')
      await until(page, `document.querySelector('.brushes') !== null && ${READY}`)
      assert.equal(await told(page), 'These are 60 points of your own now.')
    }))

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [viewport, name] of [
      [PHONE, 'a phone'],
      [{ width: 1280, height: 900 }, 'a desktop'],
    ] as const) {
      it(`fit ${name} in ${colorScheme} colours, without a finding of axe`, () => {
        const network = { layers: Array.from({ length: 6 }, () => layerOf({ units: 12 })) }
        const settings = settingsWith({ network, members: 2, data: { source: 'points' } })
        return openedWith(settings, { viewport, colorScheme }, async (page) => {
          await until(page, READY)
          assert.deepEqual(await tooWide(page, '.chart'), [])
          assert.deepEqual(await axeFindings(page), [])
        })
      })
    }
  }
})
