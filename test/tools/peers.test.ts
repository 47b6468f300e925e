import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { choosePeers } from '../../bench/harness/peers.js'
import { allPeers, type Peer } from '../../bench/peers/catalog.js'
import { writeWorkload } from '../../bench/peers/files.js'
import { gapLines } from '../../bench/peers/format.js'
import { type Limits, type Measurement, measure } from '../../bench/peers/measure.js'
import { WORKLOAD_NAMES, type Workload } from '../../bench/peers/spec.js'
import { isWrong, summarize, type WorkloadReport } from '../../bench/peers/summary.js'
import { makeWorkload } from '../../bench/peers/workloads.js'
import { bench as runBench } from '../support/child.js'
import { folderOf } from '../support/folder.js'

const FAKE = fileURLToPath(new URL('../support/fake-peer.js', import.meta.url))

const folderOfAll = folderOf()

describe("the order of the peers' bench", function () {
  this.timeout(120_000)

  const limits: Limits = { rounds: 3, seconds: 0.25, readyTimeout: 30, trainTimeout: 3 }
  const workload: Workload = { ...makeWorkload('experiment', true), epochs: 100 }

  const fake = (name: string, other: Partial<Peer> = {}): Peer => ({
    name,
    language: 'JavaScript',
    command: ['node', FAKE, name],
    workloads: ['experiment'],
    install: 'npm run get',
    installed: [],
    folder: folderOfAll(),
    ...other,
  })
  const library = choosePeers(allPeers(), ['typescript'])[0]

  let steps: string[]
  let measurement: Measurement
  let report: WorkloadReport
  before(async () => {
    const folder = join(folderOfAll(), 'measured')
    writeWorkload(workload, folder)
    const names = [
      'good',
      'skips',
      'lacks',
      'crashes',
      'nonsense',
      'incomplete',
      'stops early',
      'has no time',
      'hangs',
      'fails later',
    ]
    const peers = [
      ...names.map((name) => fake(name)),
      fake('absent', { installed: ['node_modules/absent'] }),
      fake('unfit', { workloads: ['digits'] }),
      fake('nowhere', { command: ['./no-such-program'] }),
      library,
    ]
    steps = []
    measurement = await measure(workload, folder, peers, limits, (text) => steps.push(text))
    report = summarize(workload, measurement)
  })

  const reasonFor = (name: string) => measurement.missing.find(({ peer }) => peer.name === name)

  it('measures those that work, even if others fail', () => {
    assert.deepEqual(measurement.measured.map(({ peer }) => peer.name).sort(), ['good', 'typescript'])
    assert.equal(measurement.measured.length + measurement.missing.length, 14)
  })

  it('trains each from all starts, with as many epochs as fit into the time', () => {
    const good = measurement.measured.find(({ peer }) => peer.name === 'good')
    assert.equal(good?.epochs, 25)
    assert.deepEqual(
      good?.runs.map(({ start }) => start),
      [0, 1, 2],
    )
    assert.equal(good?.about.note, 'is not real')
  })

  it('reports each peer and each round', () => {
    assert.equal(steps.length, 14 + 3)
    assert.match(steps[0], /experiment: good, warm \(25 epochs\)/)
    assert.match(steps[16], /round 3 of 3/)
  })

  const expected: [string, RegExp, boolean][] = [
    ['skips', /^no such network$/, false],
    ['lacks', /^no module named 'torch'$/, false],
    ['absent', /^not installed$/, false],
    ['unfit', /^not made for this workload$/, false],
    ['crashes', /^it ended with code 1: RangeError: out of order$/, true],
    ['nonsense', /^expected a line of JSON but it printed Hello! I am a library$/, true],
    ['incomplete', /^expected "ready" with version, float and sameStart but it said \{.*\}$/, true],
    ['stops early', /^it trained for 0 epochs instead of 1$/, true],
    ['has no time', /^expected "seconds" above 0/, true],
    ['hangs', /^1 epoch took more than 3 s$/, false],
    ['fails later', /^it ended with code 3$/, true],
    ['nowhere', /^it could not be started: .*ENOENT/, true],
  ]
  for (const [name, reason, failed] of expected) {
    it(`reports in one line why one that ${name} was not measured`, () => {
      const missing = reasonFor(name)
      assert.match(missing?.reason ?? '', reason)
      assert.equal(missing?.failed, failed)
      assert.equal(missing?.install, ['absent', 'lacks'].includes(name) ? 'npm run get' : undefined)
    })
  }

  it('gives up one that is never ready', async () => {
    const folder = join(folderOfAll(), 'measured')
    const { missing } = await measure(workload, folder, [fake('silent')], { ...limits, readyTimeout: 0.3 }, () => {})
    assert.deepEqual(
      missing.map(({ reason, failed }) => [reason, failed]),
      [['it was not ready within 0.3 s', true]],
    )
  })

  it('reports times for the whole training, scaled where it was shorter', () => {
    const row = report.rows.find(({ name }) => name === 'good')
    assert.ok(row)
    assert.deepEqual([row.epochs, row.scaled, row.version], [25, true, '1.2'])
    for (const ms of [row.median, row.min, row.max]) assert.ok(Math.abs(ms - 1000) < 1e-9)
    const own = report.rows.find(({ name }) => name === 'typescript')
    assert.ok(own)
    assert.deepEqual([own.times, own.verdict, own.difference, report.baseline], [1, 'the same bits', 0, 'typescript'])
    assert.equal(row.times, row.median / own.median)
  })

  it('reports what was left out, and that something failed', () => {
    const lines = gapLines(report)
    assert.ok(lines.includes('Without absent: not installed; to install it: npm run get.'))
    assert.ok(lines.includes('Without crashes: FAILED: it ended with code 1: RangeError: out of order.'))
    assert.ok(isWrong(report))
    assert.ok(!isWrong({ ...report, gaps: report.gaps.filter(({ failed }) => !failed) }))
  })
})

describe('npm run bench:peers', function () {
  this.timeout(120_000)

  const bench = (...options: string[]) => runBench('peers/peers', ...options)

  it('writes the numbers, a self-contained page, and a chart for each workload', () => {
    const out = join(folderOfAll(), 'results')
    const options = ['--quick', '--rounds', '1', '--seconds', '0.02', '--workloads', 'experiment,tabular']
    const { status, stdout, stderr } = bench(...options, '--peers', 'typescript,hand-unrolled', '--out', out)
    assert.equal(status, 0, stderr)
    const { machine, rounds, seconds, quick, workloads } = JSON.parse(readFileSync(join(out, 'peers.json'), 'utf8'))
    assert.deepEqual([rounds, seconds, quick], [1, 0.02, true])
    for (const key of ['cpu', 'os', 'node', 'date']) assert.equal(typeof machine[key], 'string', key)
    const [experiment, tabular] = workloads as WorkloadReport[]
    assert.deepEqual(experiment.rows.map(({ name }) => name).sort(), ['hand-unrolled JavaScript', 'typescript'])
    for (const { verdict, threads, min, median, max, runs } of experiment.rows) {
      assert.equal(threads, 1)
      assert.match(verdict, /^the same (bits|work)/)
      assert.ok(min <= median && median <= max)
      assert.equal(runs.length, 1)
    }
    assert.deepEqual(
      tabular.gaps.map(({ name, reason }) => [name, reason]),
      [['hand-unrolled JavaScript', 'not made for this workload']],
    )
    const page = readFileSync(join(out, 'peers.html'), 'utf8')
    assert.equal(page.match(/<svg /g)?.length, 2)
    assert.doesNotMatch(page, /<script|<link|<img|src=|href="(?!#)/)
    for (const text of ['typescript', 'Quick run', 'Not measured', tabular.summary])
      assert.ok(page.includes(text), text)
    for (const name of ['experiment', 'tabular']) {
      const png = readFileSync(join(out, `${name}.png`))
      assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47])
      assert.ok(stdout.includes(`${name}: `))
    }
  })

  const wrong: [string, string[], RegExp][] = [
    ['an unknown option', ['--peer', 'x'], /unknown option '--peer' \(Did you mean --peers\?\)/],
    [
      'an unknown workload',
      ['--workloads', 'xor'],
      new RegExp(`Expected some of ${WORKLOAD_NAMES.join(', ')} but received 'xor'`),
    ],
    ['an unknown peer', ['--peers', 'natve'], /Unknown peer 'natve'/],
    ['no rounds', ['--rounds', '0'], /whole number from 1/],
    ['no time', ['--seconds', '0'], /above 0/],
    ['a file as directory', ['--peers', 'typescript', '--out', FAKE], /EEXIST/],
  ]
  for (const [what, options, message] of wrong) {
    it(`refuses ${what} in one line`, () => {
      const { status, stdout, stderr } = bench('--quick', ...options)
      assert.equal(status, 2)
      assert.equal(stdout, '')
      assert.match(stderr, message)
      assert.match(stderr, /^error: .*\n$/)
    })
  }
})
