/** `worker` and `search --on`: the model of a search without a queue, signals, and what is refused. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { commandLine, jsonOf, PROGRAM, plantsFile, startCommandLine } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'
import { queueServer, startRedis } from '../support/queue-servers.js'
import { rowTests } from '../support/rows.js'

const SEARCH = ['search', 'plants.csv', '--target', 'kind', '--drop', 'mass', '--trials', '8', '--batch', '2'].concat(
  '--space',
  'space.json',
)

const SPACE = { hidden: { $choice: [[4], [6]] }, fit: { epochs: { $integer: [4, 12] } } }

describe('worker on the command line', () => {
  const folder = folderOf()
  const server = queueServer('redis', startRedis)
  before(() => {
    plantsFile(folder())
    writeFileSync(join(folder(), 'space.json'), JSON.stringify(SPACE))
  })

  it('trains the trials of search --on: the same model and digest; SIGTERM and Ctrl-C end it with the status 0', async () => {
    const { url } = server()
    const local = jsonOf(folder(), [...SEARCH, '--out', 'local.json'])
    const words = ['worker', '--queue', 'plants', '--threads', '1']
    const lines = startCommandLine(folder(), [...words, '--connection', url, '--name', 'one'])
    // The URL, which may have a password, is in no command line.
    const child = spawn(execPath, [PROGRAM, ...words, '--json'], {
      cwd: folder(),
      env: { ...env, LOCKSTEP_CONNECTION: url },
    })
    let json = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      json += text
    })
    const jsonEnded = once(child, 'close')
    try {
      const far = startCommandLine(folder(), [
        ...SEARCH,
        ...['--on', url, '--queue', 'plants', '--verify', '1', '--out', 'far.json', '--json'],
      ])
      const { status, stdout, stderr } = await far.ended
      assert.equal(status, 0, stderr)
      const { digest, best, verified, unverified } = JSON.parse(stdout)
      assert.equal(digest, local.digest)
      assert.deepEqual(best, local.best)
      assert.equal(verified + unverified, 4)
    } finally {
      lines.child.kill('SIGTERM')
      child.kill('SIGINT')
    }
    const ended = await lines.ended
    assert.deepEqual([ended.status, ended.signal], [0, null])
    assert.match(
      ended.stderr,
      /^Worker on redis:\/\/127\.0\.0\.1:\d+, queue plants\. Ctrl-C ends it; .*\nStopping\.\n$/,
    )
    assert.deepEqual(await jsonEnded, [0, null])
    const texts = ended.stdout.trim().split('\n')
    for (const text of texts) assert.match(text, /^study [0-9a-f]{8}, batch \d+, trials \d+ to \d+: \S.* \(\S+ s\)$|^$/)
    const batches = json
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
    const trained = batches.filter(({ state }) => state === 'trained' || state === 'verified').length
    const other = texts.filter((text) => text.includes(': trained')).length
    assert.ok(trained + other >= 4, `${json}${ended.stdout}`)
  }).timeout(60_000)

  it('says how many workers there are, and ends where it is interrupted', async () => {
    const { url } = server()
    const words = [...SEARCH, '--on', url, '--queue', 'nobody', '--journal', join(folder(), 'nobody.jsonl')]
    const search = startCommandLine(folder(), words)
    while (!search.stderr().includes('no worker is connected') && search.child.exitCode === null) {
      await once(search.child.stderr, 'data')
    }
    search.child.kill('SIGINT')
    const { status, stderr } = await search.ended
    assert.equal(status, 130, stderr)
    assert.match(stderr, /0 of 8 trials, none is complete, no worker is connected, time left unknown/)
  }).timeout(60_000)

  const row = rowTests()
  const url = 'redis://user:secret@127.0.0.1:1'
  const REFUSED: readonly [name: string, words: readonly string[], status: number, message: RegExp][] = [
    ['no server', ['worker'], 2, /Expected --connection with the URL of a server, .* LOCKSTEP_CONNECTION\./],
    ['another scheme', ['worker', '--connection', 'http://h'], 2, /for --connection but received "http:\/\/…"/],
    ['a wrong queue', ['worker', '--connection', url, '--queue', 'a:b'], 2, /for --queue but received "a:b"/],
    ['a wrong name', ['worker', '--connection', url, '--name', 'a b'], 2, /for --name but received "a b"/],
    ['two kinds of output', ['worker', '--connection', url, '--json', '--quiet'], 2, /one of --json and --quiet/],
    ['an operand', ['worker', 'redis://h'], 2, /too many arguments/],
    ['a queue without its server', [...SEARCH, '--queue', 'a'], 2, /Expected --on with the URL of a server/],
    ['a share without its server', [...SEARCH, '--verify', '0.1'], 2, /Expected --on with the URL of a server/],
    ['a share above 1', [...SEARCH, '--on', url, '--verify', '2'], 2, /--verify/],
    ['a wrong server', [...SEARCH, '--on', 'localhost'], 2, /for --on but received "localhost"/],
  ]
  for (const [name, words, status, message] of REFUSED) {
    row('and search --on refuse, before they connect', name, () => {
      const called = commandLine(folder(), words)
      assert.deepEqual([called.status, called.stdout], [status, ''])
      assert.match(called.stderr, message)
      assert.doesNotMatch(called.stderr, /secret/)
    })
  }
})
