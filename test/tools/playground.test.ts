/** The playground in Chromium: it trains in its Worker, and ends in the digests of Node.js. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Link, writeLink } from '../../playground/state/link.js'
import { DEFAULT_SETTINGS, type Settings, SOURCES } from '../../playground/state/settings.js'
import { trainTo } from '../../playground/training/train-to.js'
import { node, ROOT } from '../support/child.js'
import { describeChromium, type Page } from '../support/chromium.js'
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
import { DIVERGING, layerOf, STATEFUL, settingsWith } from '../support/playground-settings.js'
import { describeWasm } from '../support/wasm.js'

const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const READY = `document.querySelector('#digest').textContent.length === 64`
const COMPARED = `document.querySelector('#comparison').textContent.startsWith('Same digest')`
const MAX_SIZE = 300_000

/** A link after some epochs in Node.js. */
function linkTo(settings: Settings, epochs: number): Link {
  const { epoch, digest } = trainTo(settings, epochs)
  return { settings, epoch, digest, version: VERSION }
}

const hasButton = (text: string): string =>
  `[...document.querySelectorAll('button')].some((one) => one.textContent === '${text}')`
const problemText = (page: Page): Promise<string> => textOf(page, '.problems')

/** The map, the network, and the curve of the loss. */
const PICTURES = ['.map canvas', 'canvas.graph', '.uplot canvas']

/** The share of the pixels of the map that differ from its first one. */
const mapVariety = `(() => {
  const canvas = document.querySelector('.map canvas')
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })
  copy.drawImage(canvas, 0, 0)
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height)
  const pixels = new Int32Array(data.buffer)
  return pixels.filter((pixel) => pixel !== pixels[0]).length / pixels.length
})()`

describeWasm('the playground', () =>
  describeChromium('in Chromium', (browser) => {
    const folder = folderOf()
    let served: Awaited<ReturnType<typeof serve>>
    const site = () => join(folder(), 'some', 'where')
    before(async () => {
      // Within a folder of its host, as on most of them.
      await buildPlayground(site())
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
        await until(page, hasButton('Play'))
        const epoch = Number(await factOf(page, 'Epoch'))
        assert.equal(await textOf(page, '#digest'), trainTo(DEFAULT_SETTINGS, epoch).digest)
        assert.ok(Number(await factOf(page, 'Epochs per second')) > 0)
        await press(page, 'Reset')
        await until(page, `${factText('Epoch')} === '0'`)
        assert.equal(await textOf(page, '#digest'), first)
      }))

    it('makes single steps and single epochs', () =>
      opened('', {}, async (page) => {
        await until(page, READY)
        const first = await textOf(page, '#digest')
        await press(page, 'One step')
        await until(page, `${factText('Step')} === '1 of 7'`)
        assert.equal(await factOf(page, 'Epoch'), '0')
        assert.equal(await textOf(page, '#digest'), first)
        for (let i = 0; i < 6; i++) await press(page, 'One step')
        await until(page, `${factText('Epoch')} === '1'`)
        assert.equal(await factOf(page, 'Step'), '0 of 7')
        await press(page, 'One epoch')
        await until(page, `${factText('Epoch')} === '2'`)
        assert.equal(await textOf(page, '#digest'), trainTo(DEFAULT_SETTINGS, 2).digest)
      }))

    it('draws a map, the network and curves, which change with the training', () =>
      opened('', {}, async (page) => {
        await until(page, `${READY} && ${mapVariety} > 0.5`)
        const pictures = () =>
          page.evaluate<string[]>(`${JSON.stringify(PICTURES)}.map((one) => document.querySelector(one).toDataURL())`)
        const before = await pictures()
        for (let i = 0; i < 3; i++) await press(page, 'One epoch')
        await until(page, `${factText('Epoch')} === '3'`)
        await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
        const after = await pictures()
        assert.ok(before.every((picture, i) => picture !== after[i]))
      }))

    it('trains the epochs of a link in a fresh profile, to the digest of Node.js', async () => {
      const cases: readonly (readonly [settings: Settings, epochs: number])[] = [
        [settingsWith({ ...STATEFUL, members: 3, seed: 7 }), 25],
        [DEFAULT_SETTINGS, 200],
        [settingsWith({ ...DIVERGING, members: 2 }), 1000],
        [DEFAULT_SETTINGS, 0],
      ]
      for (const [settings, epochs] of cases) {
        const link = linkTo(settings, epochs)
        await opened(await writeLink(link), {}, async (page) => {
          await until(page, COMPARED)
          assert.equal(await textOf(page, '#digest'), link.digest)
          assert.equal(await factOf(page, 'Epoch'), String(link.epoch))
          assert.equal(await problemText(page), '')
        })
      }
    })

    it('draws the same data as Node.js from every source', () =>
      opened('', {}, async (page) => {
        await until(page, READY)
        for (const source of SOURCES.filter((name) => name !== 'csv')) {
          const link = linkTo(settingsWith({ data: { source, seed: 9 } }), 3)
          await page.evaluate(`location.hash = ${JSON.stringify(await writeLink(link))}`)
          await until(page, `${COMPARED} && document.querySelector('#digest').textContent === '${link.digest}'`)
        }
      }))

    it('reports another digest than that of the link, and the version that made it', async () => {
      const link = { ...linkTo(DEFAULT_SETTINGS, 2), digest: '0'.repeat(64), version: '0.0.1' }
      await opened(await writeLink(link), {}, async (page) => {
        await until(page, `document.querySelector('#comparison').textContent.startsWith('Another digest')`)
        const text = await textOf(page, '#comparison')
        assert.equal(
          text,
          `Another digest than in the link, which has ${link.digest}. It was made with version 0.0.1 of the library; this is ${VERSION}.`,
        )
      })
    })

    it('makes a link that gives the same model', () =>
      opened('', {}, async (page) => {
        await until(page, READY)
        await setField(page, 'Training', 'members', 2)
        await until(page, READY)
        await press(page, 'Play')
        await until(page, `Number(${factText('Epoch')}) >= 20`)
        await press(page, 'Pause')
        await until(page, hasButton('Play'))
        await press(page, 'Copy link')
        await until(page, 'location.hash.length > 100')
        const [epoch, digest] = [await factOf(page, 'Epoch'), await textOf(page, '#digest')]
        await opened(await page.evaluate<string>('location.hash'), {}, async (second) => {
          await until(second, COMPARED)
          assert.equal(await factOf(second, 'Epoch'), epoch)
          assert.equal(await textOf(second, '#digest'), digest)
        })
      }))

    it('says what is wrong with a broken link, and opens the default', () =>
      opened('#1.broken', {}, async (page) => {
        await until(page, READY)
        assert.equal(
          await problemText(page),
          'This link is broken. It is cut off, or was changed. These are the default settings.',
        )
        assert.equal(await textOf(page, '#digest'), trainTo(DEFAULT_SETTINGS, 0).digest)
      }))

    it('says what is wrong with settings, and goes on with right ones', () =>
      opened('', {}, async (page) => {
        await until(page, READY)
        await setField(page, 'Training', 'loss', 'poisson')
        await setField(page, 'Data', 'data set', 'plane')
        await until(page, `document.querySelector('.problems').innerText !== ''`)
        assert.match(await problemText(page), /^Expected .*at least 0.* for y.* but received /)
        await setField(page, 'Training', 'loss', 'auto')
        await until(page, READY)
        assert.equal(await problemText(page), '')
        // A value out of its range changes nothing.
        const digest = await textOf(page, '#digest')
        await setField(page, 'Training', 'members', 99)
        assert.match(await problemText(page), /^Expected an integer from 1 to 32 for members but received 99/)
        assert.equal(await textOf(page, '#digest'), digest)
      }))

    it('trains the last of settings and links that follow each other at once', () =>
      opened('', {}, async (page) => {
        await until(page, READY)
        for (let members = 2; members <= 6; members++) await setField(page, 'Training', 'members', members)
        const { digest } = trainTo({ ...DEFAULT_SETTINGS, members: 6 }, 0)
        await until(page, `document.querySelector('#digest').textContent === '${digest}'`)
        const links = [3, 2, 1].map((seed) => linkTo(settingsWith({ seed }), 4))
        for (const link of links) await page.evaluate(`location.hash = ${JSON.stringify(await writeLink(link))}`)
        await until(page, `${COMPARED} && document.querySelector('#digest').textContent === '${links[2].digest}'`)
      }))

    it('refuses an epoch that would take too long, with its size', async () => {
      const settings = settingsWith({
        data: { rows: 2000 },
        network: { layers: Array(8).fill(layerOf({ units: 64 })) },
        members: 32,
      })
      const link = { settings, epoch: 1, digest: '0'.repeat(64), version: VERSION }
      await opened(await writeLink(link), {}, async (page) => {
        await until(page, `document.querySelector('.problems').innerText !== ''`)
        assert.match(
          await problemText(page),
          /^One epoch would need \d+ products .* Use fewer units, rows or members\.$/,
        )
      })
    })

    it('trains in TypeScript where the WebAssembly module is missing, to the same digest', async () => {
      const other = join(folder(), 'other')
      await buildPlayground(other)
      rmSync(join(other, 'lockstep_nn.wasm'))
      const link = linkTo(settingsWith(STATEFUL), 10)
      const openedOther = playgroundOpener(
        browser,
        () => `${served.url}other/`,
        /the server responded with a status of 404/,
      )
      await openedOther(await writeLink(link), {}, async (page) => {
        await until(page, COMPARED)
        assert.equal(await factOf(page, 'Backend'), 'typescript')
      })
    })

    it('has less than 300 kB, compressed', () => {
      const sizes = readdirSync(site()).map((name) => gzipSync(readFileSync(join(site(), name)), { level: 9 }).length)
      const sum = sizes.reduce((total, size) => total + size, 0)
      assert.ok(sum < MAX_SIZE, `${sum} bytes`)
    })
  }),
)

describe('the server of the playground', () => {
  const folder = folderOf()

  /** The status of a path as it is, which fetch would shorten. */
  const statusOf = (url: string, path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      request(url, { path }, (response) => {
        response.resume()
        resolve(response.statusCode as number)
      })
        .on('error', reject)
        .end()
    })

  it('serves the files of its folder, and no others', async () => {
    const served = join(folder(), 'served')
    mkdirSync(served)
    writeFileSync(join(served, 'index.html'), 'index')
    writeFileSync(join(folder(), 'secret.txt'), 'secret')
    const { server, url } = await serve(served)
    try {
      const response = await fetch(`${url}?query`)
      assert.equal(await response.text(), 'index')
      assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
      for (const path of [
        '/../secret.txt',
        '/%2e%2e/secret.txt',
        '/..%2fsecret.txt',
        '/none',
        '/%00',
        '/%',
        '//',
        '/..',
      ]) {
        // Both of them are the folder itself.
        const isFolder = path === '//' || path === '/..'
        assert.equal(await statusOf(url, path), isFolder ? 200 : 404, path)
      }
    } finally {
      server.close()
    }
  })

  it('refuses a wrong port or option with a sentence', () => {
    const program = join(ROOT, 'scripts', 'playground', 'main.mjs')
    for (const [argument, message] of [
      ['--port=x', 'Expected an integer from 0 to 65535 for --port but received x.\n'],
      ['--port=65536', 'Expected an integer from 0 to 65535 for --port but received 65536.\n'],
      ['--prot=1', /^Unknown option '--prot'/],
    ] as const) {
      const { status, stderr } = node([program, argument])
      assert.equal(status, 2)
      if (typeof message === 'string') assert.equal(stderr, message)
      else assert.match(stderr, message)
    }
  })
})
