/** The playground in Chromium. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { readLink, writeLink } from '../../playground/state/link.js'
import { DEFAULT_SETTINGS } from '../../playground/state/settings.js'
import { trainTo } from '../../playground/training/train-to.js'
import { describeChromium } from '../support/chromium.js'
import { folderOf } from '../support/folder.js'
import {
  buildPlayground,
  factOf,
  factText,
  playgroundOpener,
  press,
  serve,
  setField,
  textOf,
  until,
} from '../support/playground.js'

const VERSION = '0.1.0'
const READY = `document.querySelector('#digest').textContent.length === 64`

describeChromium('the playground in Chromium', (browser) => {
  const folder = folderOf()
  let served: Awaited<ReturnType<typeof serve>>
  before(async () => {
    // A folder of the host, as on most of them.
    await buildPlayground(join(folder(), 'some', 'where'))
    served = await serve(folder())
  })
  after(() => {
    served.server.close()
  })
  const opened = playgroundOpener(browser, () => `${served.url}some/where/`)

  it('trains, pauses and begins again, without a message, an error or a request to another host', () =>
    opened('', {}, async (page) => {
      await until(page, READY)
      const first = await textOf(page, '#digest')
      assert.equal(first, trainTo(DEFAULT_SETTINGS, 0).digest)
      assert.equal(await factOf(page, 'Backend'), 'wasm')
      await press(page, 'Play')
      await until(page, `Number(${factText('Epoch')}) >= 50`)
      await press(page, 'Pause')
      await until(page, `[...document.querySelectorAll('button')].some((one) => one.textContent === 'Play')`)
      const epoch = Number(await factOf(page, 'Epoch'))
      assert.equal(await textOf(page, '#digest'), trainTo(DEFAULT_SETTINGS, epoch).digest)
      await press(page, 'Reset')
      await until(page, `${factText('Epoch')} === '0'`)
      assert.equal(await textOf(page, '#digest'), first)
    }))

  it('trains the epochs of a link in a fresh profile, to the digest of Node.js', () =>
    opened('', {}, async (page) => {
      void setField
      await until(page, READY)
      const settings = { ...DEFAULT_SETTINGS, members: 3, seed: 7 }
      const { digest, epoch } = trainTo(settings, 25)
      const hash = await writeLink({ settings, epoch, digest, version: VERSION })
      assert.equal((await readLink(hash)).kind, 'link')
      await opened(hash, {}, async (second) => {
        await until(second, `document.querySelector('#comparison').textContent.startsWith('Same digest')`)
        assert.equal(await textOf(second, '#digest'), digest)
        assert.equal(await factOf(second, 'Epoch'), '25')
      })
    }))
})
