/** Files that claim far more than any network has: refused by a short message, before work that grows with the claim. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Network, type SavedNetwork } from 'lockstep-nn'
import { labelEncoder, Model, oneHot, type SavedModel } from 'lockstep-nn/data'
import { fromSafetensors, loadSafetensors } from 'lockstep-nn/formats'
import { fileOf, partsOf, tiny, tinyFile } from '../support/safetensors.js'

const MILLION = 1_000_000
const many = <Item>(count: number, make: (i: number) => Item): Item[] =>
  Array.from({ length: count }, (_, i) => make(i))

function messageOf(act: () => unknown, name = 'RangeError'): string {
  try {
    act()
  } catch (error) {
    assert.equal((error as Error).name, name)
    const { message } = error as Error
    assert.ok(message.length < 1000, `a message of ${message.length} letters`)
    return message
  }
  return assert.fail('nothing was thrown')
}

/** An array that counts how many of its items were read. */
function counted<Item>(items: Item[]): { readonly array: Item[]; readonly reads: () => number } {
  let reads = 0
  const array = new Proxy(items, {
    get(target, key, receiver) {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads++
      return Reflect.get(target, key, receiver) as unknown
    },
  })
  return { array, reads: () => reads }
}

const saved = tiny().toJSON()
const read = (changes: object) => Network.fromJSON({ ...saved, ...changes } as SavedNetwork)

describe('a network of a million layers', () => {
  const message = 'Expected at most 10000 layers for layers but received 1000000.'
  const layers = `[${new Array(MILLION).fill('{"units":1,"activation":"linear"}').join(',')}]`

  it('is refused as JSON and as a safetensors file', () => {
    const text = JSON.stringify(saved).replace(/"layers":\[.*?\]/, `"layers":${layers}`)
    assert.ok(text.length > 33e6)
    assert.equal(
      messageOf(() => Network.fromJSON(text)),
      message,
    )
    const { header, data } = partsOf(tinyFile())
    const metadata = { ...header.__metadata__, architecture: `{"inputs":2,"layers":${layers}}` }
    assert.equal(
      messageOf(() => fromSafetensors(fileOf({ ...header, __metadata__: metadata }, data))),
      message,
    )
  })

  it('is refused before a layer is read', () => {
    const { array, reads } = counted(many(MILLION, () => ({ units: 1 })))
    for (const make of [() => new Network({ inputs: 1, layers: array }), () => read({ layers: array })]) {
      assert.equal(messageOf(make), message)
    }
    assert.equal(reads(), 0)
  })

  it('could have ten thousand', () => {
    const network = new Network({ inputs: 1, layers: many(10_000, () => ({ units: 1 })), seed: 1 })
    assert.equal(Network.fromJSON(JSON.stringify(network)).digest(), network.digest())
    assert.equal(network.predict([[1]]).length, 1)
    assert.throws(() => new Network({ inputs: 1, layers: many(10_001, () => ({ units: 1 })) }), /at most 10000 layers/)
  })
})

describe('the parameters of a saved network', () => {
  // 6 parameters are 48 bytes, in base64 64 characters without padding.
  const { parameters } = saved
  const long = new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(1, 2) }).toJSON()
  const lengths = (count: number, found: number, of = 6) =>
    `Expected ${count} characters, for ${of} parameters, for parameters of the saved network but received ${found}. It is damaged.`
  const character = (at: number, found: string) =>
    `Expected base64 text for character ${at} of parameters of the saved network but received ${JSON.stringify(found)} of type string. It is damaged.`

  it('must be as long as the layers need, before they are decoded', () => {
    for (const [text, found] of [
      ['', 0],
      [parameters.slice(4), 60],
      [`${parameters}AAAA`, 68],
      ['A'.repeat(50_000_000), 50_000_000],
    ] as const) {
      assert.equal(
        messageOf(() => read({ parameters: text })),
        lengths(64, found),
      )
    }
    // 2^24 · 2 + 2 parameters: 4 · ⌈8 · 33554434 / 3⌉, by hand.
    assert.equal(
      messageOf(() => read({ inputs: 2 ** 24 })),
      lengths(357_913_964, 64, 33_554_434),
    )
  })

  it('must be base64, to the last character', () => {
    for (const other of [' ', '\n', '-', '_', '=', 'ä', '\u0000', '\ufeff']) {
      for (const at of [0, 31, 63]) {
        const text = parameters.slice(0, at) + other + parameters.slice(at + 1)
        assert.equal(
          messageOf(() => read({ parameters: text })),
          character(at, other),
        )
      }
    }
    // 2 parameters are 16 bytes: 22 characters and two of padding.
    const padded = (text: string) => () => Network.fromJSON({ ...long, parameters: text })
    assert.ok(long.parameters.endsWith('AAAAQA=='))
    assert.equal(padded(long.parameters)().digest(), long.digest)
    assert.equal(messageOf(padded(`${long.parameters.slice(0, -2)}AA`)), character(22, 'A'))
    assert.equal(messageOf(padded(`${long.parameters.slice(0, -2)}=A`)), character(22, '='))
    assert.equal(messageOf(padded(`${long.parameters.slice(0, -3)}===`)), character(21, '='))
  })

  it('belong to numbers, not to texts of numbers', () => {
    assert.match(
      messageOf(() => read({ inputs: '2' }), 'TypeError'),
      /^Expected an integer from 1 to 16777216 for inputs but/,
    )
    assert.match(
      messageOf(() => read({ layers: [{ units: '2' }] }), 'TypeError'),
      /^Expected an integer .* for layers\[0\]\.units but/,
    )
    assert.match(
      messageOf(() => read({ inputs: 2 ** 24 + 1 })),
      /^Expected an integer from 1 to 16777216 for inputs but/,
    )
    assert.match(
      messageOf(() => read({ inputs: 2 ** 24, layers: [{ units: 2 ** 24 }] })),
      /^Expected at most 2147483647 parameters for layers but received layers with 281474993487872\.$/,
    )
  })
})

describe('a safetensors file with far too much in its header', () => {
  const tensor = (i: number) => `"t${i}":{"dtype":"F32","shape":[1],"data_offsets":[${4 * i},${4 * i + 4}]}`
  const tensors = (count: number) => fileOf(`{${many(count, tensor).join(',')}}`, new Uint8Array(4 * count))
  const keys =
    /^Expected at most 100000 keys in one object for the header of the safetensors file but received more at byte \d+\. The file is damaged\.$/

  it('is refused with a million tensors', () => {
    const file = tensors(MILLION)
    assert.match(
      messageOf(() => fromSafetensors(file)),
      keys,
    )
    assert.match(
      messageOf(() => loadSafetensors(tiny(), file, { names: (name) => name })),
      keys,
    )
  })

  it('is refused with a million entries in its metadata', () => {
    const entries = many(MILLION, (i) => `"k${i}":"v"`).join(',')
    assert.match(
      messageOf(() => fromSafetensors(fileOf(`{"__metadata__":{${entries}}}`))),
      keys,
    )
  })

  it('is refused with a tensor of a million dimensions', () => {
    const shape = new Array(MILLION).fill(1).join(',')
    assert.equal(
      messageOf(() =>
        fromSafetensors(fileOf(`{"a":{"dtype":"F32","shape":[${shape}],"data_offsets":[0,4]}}`, new Uint8Array(4))),
      ),
      'Expected at most 64 sizes for shape of tensor "a" of the safetensors file but received 1000000. The file is damaged.',
    )
  })

  it('is refused with a short message where names are of five million letters', () => {
    const name = 'n'.repeat(5 * MILLION)
    const entry = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
    for (const header of [
      `{"${name}":1}`,
      `{"${name}":${entry}}`,
      `{"${name}":{},"${name}":{}}`,
      `{"a":{"dtype":"${name}"}}`,
      `{"__metadata__":{"format":"${name}"}}`,
      `{"__metadata__":{"${name}":1}}`,
    ]) {
      const file = fileOf(header, new Uint8Array(header.includes(entry) ? 4 : 0))
      for (const act of [() => fromSafetensors(file), () => loadSafetensors(tiny(), file)]) {
        assert.throws(act, ({ message }: Error) => message.length < 500)
      }
    }
  })

  it('could have a hundred thousand, of which a network takes its own', () => {
    const network = new Network({ inputs: 1, layers: [{ units: 1 }] })
    const file = tensors(100_000)
    // All are zeros of shape [1]; the weights must be [1, 1].
    assert.match(
      messageOf(() => loadSafetensors(network, file, { names: (name) => (name.endsWith('bias') ? 't99999' : 't5') })),
      /^Expected shape \[1, 1\] for tensor "t5" of the safetensors file but received \[1\]\./,
    )
  })
})

describe('a model file with far more than its network needs', () => {
  const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')
  const target = { name: 'y', type: 'number', scaler: null }
  const network = new Network({ inputs: 1, layers: [{ units: 1 }] }).toJSON()

  /** A file with these columns, as it would be written. */
  const fileWith = (columns: unknown) => {
    const content = { format: 'lockstep-nn/model', version: 1, columns, target, training: null, network, digest: '' }
    return { ...content, checksum: sha256(content) } as unknown as SavedModel
  }
  const tooMany = `Expected columns that make 1 inputs, as many as the network has, for columns but received ones that make ${MILLION}.`

  it('is refused with a million columns', () => {
    // Invalid scalers: nothing may read them.
    const columns = many(MILLION, (i) => ({ name: `c${i}`, type: 'number', scaler: 7 }))
    assert.equal(
      messageOf(() => Model.fromJSON(fileWith(columns))),
      tooMany,
    )
  })

  it('is refused with a million categories', () => {
    const encoder = { type: 'oneHot', categories: many(MILLION, () => 'the same'), unknown: 'error' }
    assert.equal(
      messageOf(() => Model.fromJSON(fileWith([{ name: 'c', type: 'category', encoder }]))),
      tooMany,
    )
  })

  it('is refused where it is nested a million levels deep', () => {
    const deep = `${'['.repeat(MILLION)}${']'.repeat(MILLION)}`
    const text = `{"format":"lockstep-nn/model","version":1,"columns":${deep}}`
    assert.equal(
      messageOf(() => Model.fromJSON(text)),
      'Expected at most 256 levels for the saved model but received more. It is damaged or was edited.',
    )
    assert.match(
      messageOf(
        () => Network.fromJSON(JSON.stringify(saved).replace(/"layers":\[.*?\]/, `"layers":${deep}`)),
        'TypeError',
      ),
      /^Expected an object for layers\[0\] but received an array of length 1\.$/,
    )
  })

  it('is refused with a short message where its texts are of five million letters', () => {
    const long = 'x'.repeat(5 * MILLION)
    const scaler = { type: 'standardScaler', center: [long], scale: [1] }
    for (const act of [
      () => Model.fromJSON(long),
      () => Model.fromJSON({ ...fileWith([]), checksum: long }),
      () => Model.fromJSON({ ...fileWith([]), format: long } as never),
      () => Model.fromJSON(fileWith([{ name: 'c', type: long }])),
      () => Model.fromJSON(fileWith([{ name: 'c', type: 'number', scaler }])),
      () => read({ digest: long }),
      () => read({ format: long }),
    ]) {
      assert.throws(act, ({ message }: Error) => message.length < 500)
    }
  })
})

describe('a saved encoder', () => {
  it('is refused where it has a category twice, and each is read once', () => {
    const categories = ['a', 'b', 'a', ...many(MILLION, String)]
    const { array, reads } = counted(categories)
    assert.throws(
      () => oneHot.fromJSON({ type: 'oneHot', categories: array, unknown: 'error' }),
      /is not in the list yet/,
    )
    assert.equal(reads(), categories.length)
    assert.throws(() => labelEncoder.fromJSON({ type: 'labelEncoder', labels: array }), /is not in the list yet/)
    assert.equal(reads(), 2 * categories.length)
  })
})

describe('an embedding of more columns than any table has', () => {
  it('is refused before its columns are read', () => {
    const { array, reads } = counted(many(10_001, (column) => ({ column, categories: 2, units: 1 })))
    assert.equal(
      messageOf(() => new Network({ inputs: 20_000, layers: [{ type: 'embedding', columns: array }, { units: 1 }] })),
      'Expected at most 10000 objects for layers[0].columns but received 10001.',
    )
    assert.equal(reads(), 0)
  })
})
