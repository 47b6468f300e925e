/** The memory of WebAssembly instances: areas, views after growth, shared and own instances, and which are dropped. */
import assert from 'node:assert/strict'
import { INTERFACE_VERSION } from '#lib/backend/addon.js'
import { Area, areaLength, Instance } from '#lib/backend/wasm/instance.js'
import { Instances } from '#lib/backend/wasm/instances.js'
import { isMemoryError } from '#lib/backend/wasm/memory-error.js'
import type { Exports } from '#lib/backend/wasm/module.js'
import { Cache } from '#lib/backend/wasm/open-plan.js'

const PAGE = 2 ** 16
const MEBIBYTE = 2 ** 17

interface Memory {
  buffer: ArrayBuffer
}

/** A longer buffer with the content of another one, which is detached. */
function grown(buffer: ArrayBuffer, bytes: number): ArrayBuffer {
  const longer = new ArrayBuffer(bytes)
  new Uint8Array(longer).set(new Uint8Array(buffer))
  structuredClone(buffer, { transfer: [buffer] })
  return longer
}

/** A module in JavaScript without mathematics: its allocator never uses memory again, and it has at most these bytes. */
function fakeModule(most = 2 ** 30): { readonly start: () => Exports; readonly started: Memory[] } {
  const started: Memory[] = []
  const start = (): Exports => {
    const memory: Memory = { buffer: new ArrayBuffer(PAGE) }
    started.push(memory)
    let next = 1024
    const text = (letters: string): number => {
      new Uint8Array(memory.buffer).set([...Buffer.from(letters), 0], 16)
      return 16
    }
    return {
      memory,
      interfaceVersion: () => INTERFACE_VERSION,
      names: () => text('a,b'),
      failure: () => text('there is no more of it'),
      release: () => {},
      allocate(bytes: number) {
        const at = next
        if (at + bytes > most) return 0
        next = at + Math.ceil(bytes / 16) * 16
        const pages = Math.ceil(next / PAGE)
        if (pages * PAGE > memory.buffer.byteLength) memory.buffer = grown(memory.buffer, pages * PAGE)
        // As i32.
        return at | 0
      },
    } as unknown as Exports
  }
  return { start, started }
}

describe('an area', () => {
  const instances = new Instances(fakeModule().start)

  it('has its numbers at even addresses, one after the other', () => {
    const area = instances.open(areaLength(3, 1, 2))
    const addresses = [3, 1, 2].map((length) => area.reserve(length))
    for (const at of addresses) assert.equal(at % 2, 0)
    assert.deepEqual(
      addresses.map((at) => at - addresses[0]),
      [0, 4, 6],
    )
    assert.throws(() => area.reserve(1), /^Error: An area of the WebAssembly module is too small\.$/)
    area.close()
  })

  it('keeps its numbers where memory grows, which detaches the array of all numbers', () => {
    const area = instances.open(2)
    const at = area.put([1.5, -0])
    const before = area.instance.values
    instances.openIn(area.instance, MEBIBYTE)
    assert.equal(before.length, 0)
    assert.deepEqual([...area.instance.values.subarray(at, at + 2)], [1.5, -0])
  })

  it('is closed once', () => {
    const { instance } = instances.open(2)
    const { taken, users } = instance
    const area = instances.open(10)
    assert.deepEqual([instance.taken > taken, instance.users], [true, users + 1])
    area.close()
    area.close()
    assert.deepEqual([instance.taken, instance.users], [taken, users])
  })
})

describe('instances', () => {
  it('are shared by small uses, and large uses have one of their own', () => {
    const instances = new Instances(fakeModule().start)
    const small = [1, 10, MEBIBYTE].map((doubles) => instances.open(doubles).instance)
    assert.equal(new Set(small).size, 1)
    const large = [3, 4].map((size) => instances.open(size * MEBIBYTE * 8).instance)
    assert.equal(new Set([...small, ...large]).size, 3)
    assert.equal(instances.open(MEBIBYTE).instance, small[0])
  })

  it('of a large use have no small ones, also where it was there first', () => {
    const instances = new Instances(fakeModule().start)
    const large = instances.open(20 * MEBIBYTE, true)
    instances.use(2, ({ instance }) => assert.notEqual(instance, large.instance))
    assert.equal(large.instance.isOpen, true)
  })

  it('of shared uses have 256 MiB each', () => {
    const { start, started } = fakeModule()
    const instances = new Instances(start)
    for (let i = 0; i < 17; i++) instances.open(16 * MEBIBYTE - 64)
    assert.equal(started.length, 2)
  }).timeout(20_000)

  it('are dropped with their last user where their memory is over 64 MiB, and not before', () => {
    const instances = new Instances(fakeModule().start)
    const [first, second] = [instances.open(MEBIBYTE), instances.open(70 * MEBIBYTE)]
    assert.equal(instances.size.count, 2)
    second.close()
    assert.equal(second.instance.isOpen, false)
    assert.deepEqual(instances.size, { count: 1, bytes: first.instance.bytes })
    first.close()
    assert.equal(first.instance.isOpen, true)
    assert.equal(instances.open(MEBIBYTE).instance, first.instance)
  })

  it('are dropped with what can be made again', () => {
    const instances = new Instances(fakeModule().start)
    const cache = instances.open(2, true)
    const areas = Array.from({ length: 9 }, () => instances.open(8 * MEBIBYTE - 64))
    for (const area of areas) {
      assert.equal(area.instance, cache.instance)
      assert.equal(cache.instance.isOpen, true)
      area.close()
    }
    assert.equal(cache.instance.isOpen, false)
    // What can be made again does not keep the memory.
    assert.equal(cache.instance.bytes, 0)
    assert.throws(() => cache.instance.values, /^Error: This instance of the WebAssembly module was dropped\.$/)
    cache.close()
    assert.throws(() => cache.instance.call(() => 1), /^Error: This instance of the WebAssembly module was dropped\.$/)
    assert.equal(instances.open(2).instance.isOpen, true)
  }).timeout(20_000)

  it('are not dropped with the newest of what is cache, when older ones are closed for it', () => {
    const instances = new Instances(fakeModule().start)
    let made = 0
    const make = () => {
      const area = instances.open(12 * MEBIBYTE, true)
      made++
      return {
        get isOpen() {
          return area.instance.isOpen
        },
        doubles: area.length,
        close: () => area.close(),
      }
    }
    const cache = new Cache<ReturnType<typeof make>>(4, Infinity)
    for (let i = 0; i < 12; i++) {
      const thing = cache.add(`${i}`, make)
      assert.equal(thing.isOpen, true)
      assert.equal(cache.get(`${i}`), thing)
    }
    assert.ok(made > 12, 'no instance was dropped')
  }).timeout(20_000)

  it('of large uses are at most 16, which they share then', () => {
    const { start, started } = fakeModule(2 ** 26)
    const instances = new Instances(start)
    const areas = Array.from({ length: 16 }, () => instances.open(17 * MEBIBYTE))
    assert.equal(started.length, 16)
    const [more, other] = [instances.open(17 * MEBIBYTE), instances.open(17 * MEBIBYTE)]
    assert.ok([more, other].every(({ instance }) => areas.some((area) => area.instance === instance)))
    assert.equal(started.length, 16)
  }).timeout(20_000)

  it('refuse what does not fit into 4 GiB before any work, and what no instance has memory for', () => {
    const { start, started } = fakeModule(2 ** 22)
    const instances = new Instances(start)
    const refused = (doubles: number): unknown => {
      try {
        instances.open(doubles)
      } catch (error) {
        return error
      }
      return null
    }
    const tooLarge = refused(2 ** 29)
    assert.ok(isMemoryError(tooLarge))
    assert.equal(
      String(tooLarge),
      "RangeError: Expected at most 4 GiB for the backend 'wasm' but received 4.00 GiB. " +
        "Use the backend 'native' or 'typescript'.",
    )
    assert.equal(started.length, 1)
    const notThere = refused(5 * MEBIBYTE)
    assert.ok(isMemoryError(notThere))
    assert.match(String(notThere), /^RangeError: Expected arrays that fit into the free memory for the backend 'wasm'/)
    assert.equal(isMemoryError(new RangeError('another one')), false)
    assert.ok(instances.open(100) instanceof Area)
  })
})

describe('an instance of which a function fails', () => {
  it('gives the message of the module, and refuses all later calls', () => {
    const instances = new Instances(fakeModule().start)
    const [area, other] = [instances.open(2), instances.open(2)]
    const trap = (): never => {
      throw new Error('unreachable')
    }
    assert.ok(area.instance instanceof Instance)
    assert.throws(() => area.instance.call(trap), {
      name: 'Error',
      message: 'The WebAssembly module failed: there is no more of it',
    })
    assert.throws(() => other.instance.call(() => 1), {
      name: 'Error',
      message: 'The WebAssembly module failed in another call (there is no more of it), which also ended this one.',
    })
    area.close()
    other.close()
    const next = instances.open(2)
    assert.notEqual(next.instance, area.instance)
    assert.equal(instances.size.count, 1)
  })
})
