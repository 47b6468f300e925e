/** Files of models: round trips, digests, and files that are written whole or not at all. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Network, type SavedNetwork } from 'lockstep-nn'
import { Model, type SavedModel } from 'lockstep-nn/data'
import { handmade, heightModel, kindModel, pets, savedModel } from '../support/pets.js'
import { rowTests } from '../support/rows.js'

const directory = mkdtempSync(join(tmpdir(), 'lockstep-nn-model-'))
after(() => rmSync(directory, { recursive: true, force: true }))
const at = (name: string) => join(directory, name)

describe('a model file', () => {
  const row = rowTests()
  for (const [what, make] of Object.entries({ labels: kindModel, 'a number': heightModel })) {
    row('keeps everything', what, async () => {
      const model = await make()
      const path = at(`${what}.json`)
      await model.save(path)
      const read = await Model.load(pathToFileURL(path))
      assert.deepEqual([read.columns, read.target, read.training], [model.columns, model.target, model.training])
      assert.equal(read.digest(), model.digest())
      assert.deepEqual(read.predict(pets), model.predict(pets))
      assert.equal(read.history, null)
      await read.save(at('again.json'))
      assert.ok(readFileSync(at('again.json')).equals(readFileSync(path)))
      const { network } = JSON.parse(readFileSync(path, 'utf8')) as SavedModel
      assert.equal(Network.fromJSON(network as SavedNetwork).digest(), model.network.digest())
    })
  }

  it('restores a model built by hand', () => {
    for (const training of [null, { rows: 2, finalLoss: 0.1, date: 'today' }]) {
      const model = new Model(handmade({ training }))
      const read = Model.fromJSON(JSON.stringify(model))
      assert.deepEqual(read.training, training)
      assert.equal(read.digest(), model.digest())
      assert.deepEqual(Model.fromJSON(model.toJSON()).columns, model.columns)
    }
  })

  it('is written whole: an existing file is replaced, and no other file is left', async () => {
    const model = new Model(handmade())
    const folder = at('whole')
    mkdirSync(folder)
    writeFileSync(join(folder, 'model.json'), 'old')
    await Promise.all([1, 2, 3].map(() => model.save(join(folder, 'model.json'))))
    assert.deepEqual(readdirSync(folder), ['model.json'])
    assert.equal((await Model.load(join(folder, 'model.json'))).digest(), model.digest())
  })

  it('does not change where writing fails, and no other file is left', async () => {
    const folder = at('taken')
    mkdirSync(join(folder, 'model.json', 'full'), { recursive: true })
    await assert.rejects(new Model(handmade()).save(join(folder, 'model.json')), RangeError)
    assert.deepEqual(readdirSync(folder), ['model.json'])
    await assert.rejects(new Model(handmade()).save(join(folder, 'none', 'model.json')), { code: 'ENOENT' })
    await assert.rejects(Model.load(join(folder, 'none')), { code: 'ENOENT' })
  })

  it('has a digest of what predictions depend on, and of nothing else', () => {
    const { digest } = savedModel()
    const model = (changes: Parameters<typeof handmade>[0]) => new Model(handmade(changes)).digest()
    assert.equal(model({}), digest)
    assert.equal(model({ training: { rows: 3 } }), digest)
    const { columns, target } = handmade()
    const [height, coat] = columns
    const others = [
      model({ columns: [coat, height] }),
      model({ columns: [{ ...height, name: 'width' }, coat] }),
      model({ columns: [{ ...height, scaler: null }, coat] }),
      model({ target: { ...target, name: 'sort' } }),
      model({ network: new Network({ inputs: 3, layers: [{ units: 2, activation: 'softmax' }], seed: 2 }) }),
    ]
    assert.equal(new Set([digest, ...others]).size, 6)
  })

  it('is refused after any change of a character', async () => {
    const text = JSON.stringify(await kindModel(), null, 2)
    for (let i = 0; i < text.length; i += 7) {
      const other = text[i] === '1' ? '2' : '1'
      const changed = text.slice(0, i) + other + text.slice(i + 1)
      // White space between the parts has no meaning.
      if (/\s/.test(text[i])) continue
      assert.throws(() => Model.fromJSON(changed), /^(TypeError|RangeError)/, `character ${i}`)
    }
  })

  it('is refused where it is cut', () => {
    const text = JSON.stringify(savedModel())
    for (let length = 0; length < text.length; length += 5) {
      assert.throws(() => Model.fromJSON(text.slice(0, length)), TypeError)
    }
  })
})
