/** Work in slices on the event loop: whose turn it is, and how long a slice is. */
import assert from 'node:assert/strict'
import { runSliced, turn } from '#lib/backend/slices.js'

/** Work of n slices, which notes its name for each of them. */
const work = (name: string, slices: number, notes: string[]) => (): boolean => {
  notes.push(name)
  slices--
  return slices === 0
}

/** Calls `each` once in each turn of the event loop, until the promise has settled. */
async function inEachTurn(promise: Promise<unknown>, each: () => void): Promise<void> {
  let running = true
  const turn = (): void => {
    if (!running) return
    each()
    setImmediate(turn)
  }
  setImmediate(turn)
  await promise
  running = false
}

describe('work in slices', () => {
  it('takes turns, in the order in which it began', async () => {
    const notes: string[] = []
    const [a, b] = [runSliced(work('a', 4, notes)), runSliced(work('b', 2, notes))]
    await b
    assert.deepEqual(notes.join(''), 'abab')
    // It is queued behind the rest of the work.
    const c = runSliced(work('c', 2, notes))
    await Promise.all([a, c])
    assert.deepEqual(notes.join(''), 'ababacac')
  })

  it('begins after the code that starts it, and its promise settles before the next callback', async () => {
    const notes: string[] = []
    const promise = runSliced(work('slice', 1, notes))
    await Promise.resolve()
    assert.deepEqual(notes, [])
    let turns = 0
    setImmediate(() => turns++)
    await promise
    assert.deepEqual([notes, turns], [['slice'], 0])
  })

  it('has one slice in a turn of the event loop, however much there is', async () => {
    const notes: string[] = []
    const all = Promise.all(Array.from({ length: 20 }, (_, i) => runSliced(work(`${i}`, 1 + (i % 5), notes))))
    let last = 0
    await inEachTurn(all, () => {
      assert.ok(notes.length <= last + 1, `${notes.length - last} slices in a turn`)
      last = notes.length
    })
    assert.equal(notes.length, 60)
  })

  it('that throws rejects its own promise, and the rest goes on', async () => {
    const notes: string[] = []
    let slices = 0
    const error = new Error('the second slice')
    const failing = runSliced(() => {
      slices++
      if (slices === 2) throw error
      return false
    })
    const others = [runSliced(work('a', 4, notes)), runSliced(work('b', 3, notes))]
    await assert.rejects(failing, error)
    await Promise.all(others)
    assert.deepEqual([slices, notes.join('')], [2, 'abababa'])
  })

  it('begins with one unit, and never does more than twice as many as before', async () => {
    const given: number[] = []
    await runSliced((units) => {
      given.push(units)
      return given.length === 40
    })
    assert.equal(given[0], 1)
    for (let i = 1; i < given.length; i++) assert.ok(given[i] >= 1 && given[i] <= 2 * given[i - 1], `${given}`)
    assert.ok(Math.max(...given) > 1)
  })

  it('alternates with turns, each of which is a turn of the event loop of its own', async () => {
    const notes: string[] = []
    const some = Array.from({ length: 4 }, async (_, i) => {
      await turn()
      notes.push(`turn ${i}`)
    })
    const all = Promise.all([...some, runSliced(work('slice', 6, notes))])
    let last = 0
    await inEachTurn(all, () => {
      assert.ok(notes.length <= last + 1, `${notes.length - last} at once`)
      last = notes.length
    })
    const expected = [0, 1, 2, 3].flatMap((i) => [`turn ${i}`, 'slice'])
    assert.deepEqual(notes, [...expected, 'slice', 'slice'])
  })

  it('may begin in a slice of other work', async () => {
    const notes: string[] = []
    let inner: Promise<void> | null = null
    const outer = runSliced(() => {
      notes.push('outer')
      inner ??= runSliced(work('inner', 2, notes))
      return notes.length >= 4
    })
    await outer
    await inner
    assert.deepEqual(notes, ['outer', 'inner', 'outer', 'inner', 'outer'])
  })
})
