/** The shared parts of benches: rounds, repetitions, processes, tables and options. */
import assert from 'node:assert/strict'
import { execPath } from 'node:process'
import { benchCommand, readOptions, shared, wasGiven } from '../../bench/harness/options.js'
import { LineProcess, ProcessError, TooSlow } from '../../bench/harness/process.js'
import { measureRounds, repetitionsFor } from '../../bench/harness/rounds.js'
import { renderMarkdown } from '../../bench/harness/table.js'

describe('rounds', () => {
  it('measure each subject once, forwards and backwards alternately, after the warm-ups', async () => {
    const calls: string[] = []
    const reported: string[] = []
    const measured = await measureRounds(['a', 'b', 'c'], {
      rounds: 3,
      warmUps: 2,
      measure(subject, round) {
        calls.push(subject)
        return `${subject}${round}`
      },
      onRound: (round, results) => reported.push(`${round}: ${results}`),
    })
    assert.equal(calls.join(''), 'aabbcc' + 'abc' + 'cba' + 'abc')
    assert.deepEqual(
      [...measured],
      ['a', 'b', 'c'].map((subject) => [subject, [0, 1, 2].map((round) => `${subject}${round}`)]),
    )
    assert.deepEqual(reported, ['0: a0,b0,c0', '1: a1,b1,c1', '2: a2,b2,c2'])
  })

  it('leave out subjects that are removed during the run', async () => {
    const subjects = ['a', 'b', 'c']
    const calls: string[] = []
    await measureRounds(subjects, {
      rounds: 3,
      measure(subject, round) {
        calls.push(subject)
        if (subject === 'b' && round === 1) subjects.splice(1, 1)
      },
    })
    assert.equal(calls.join(''), 'abc' + 'cba' + 'ac')
  })

  it('find the repetitions that fill the time, with calls that are compiled', async () => {
    // The first call takes a thousand times as long, as before the JIT has compiled it.
    let calls = 0
    const repetitions = await repetitionsFor(1, (count) => count * (++calls === 1 ? 1 : 0.001))
    assert.equal(repetitions, 1000)
    assert.equal(await repetitionsFor(1, (count) => count * 7), 1)
  })
})

describe('a process that answers lines with lines', function () {
  this.timeout(20_000)

  const start = (source: string) => new LineProcess('it', execPath, ['--input-type=module', '--eval', source])
  const ECHO = 'process.stdin.pipe(process.stdout)'

  it('answers in order, as text and as JSON, and ends with its input', async () => {
    const echo = start(ECHO)
    assert.equal(await echo.ask('one'), 'one')
    assert.deepEqual(await echo.askJson({ two: 2 }), { two: 2 })
    await echo.close()
    await assert.rejects(echo.line(), /^Error: it ended with code 0$/)
  })

  it('is killed where it does not answer in time', async () => {
    const silent = start('setTimeout(() => {}, 60_000)')
    await assert.rejects(silent.line(0.2), (error) => error instanceof TooSlow && /within 0\.2 s/.test(error.message))
    await assert.rejects(silent.line(), /it ended with SIGKILL/)
  })

  it('reports in one line how it ended, what it printed, or that it could not be started', async () => {
    const cases: [LineProcess, RegExp][] = [
      [start("throw new RangeError('out of\\n order')"), /^it ended with code 1: RangeError: out of$/],
      [start("console.log('Hello')"), /^expected a line of JSON but it printed Hello$/],
      [new LineProcess('it', './no-such-program'), /^it could not be started: .*ENOENT/],
    ]
    for (const [program, message] of cases) {
      await assert.rejects(program.json(), (error) => error instanceof ProcessError && message.test(error.message))
    }
  })
})

describe('the options of a bench', () => {
  const read = (...given: string[]) => {
    const command = benchCommand('bench', 'A bench.').addOption(shared.rounds(7)).addOption(shared.quick('one round'))
    const options = readOptions<{ rounds: number; quick: boolean }>(command, { rounds: 1 }, ['node', 'bench', ...given])
    return { ...options, given: wasGiven(command, 'rounds') }
  }

  it('have other defaults in a quick run, which given values replace', () => {
    assert.deepEqual(read(), { rounds: 7, quick: false, given: false })
    assert.deepEqual(read('--quick'), { rounds: 1, quick: true, given: false })
    assert.deepEqual(read('--quick', '--rounds', '7'), { rounds: 7, quick: true, given: true })
  })
})

describe('a table', () => {
  it('is the same as Markdown', () => {
    const rows = [
      { name: 'a', ms: 1.5 },
      { name: 'b', ms: 2 },
    ]
    const markdown = renderMarkdown(rows, [
      ['name', 'left', ({ name }) => name],
      ['ms', 'right', ({ ms }) => ms.toFixed(1)],
    ])
    assert.equal(markdown, '| name | ms |\n|---|---|\n| a | 1.5 |\n| b | 2.0 |\n')
  })
})
