/** The command line from a table to predictions. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { backends } from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import { fromSafetensors } from 'lockstep-nn/formats'
import { VERSION } from '#lib/checks/version.js'
import { COMMANDS } from '#lib/cli/commands.js'
import { commandLine, csvOf, jsonOf, plants, plantsFile, TRAIN_PLANTS as TRAIN } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'
import { rowTests } from '../support/rows.js'

describe('the command line', () => {
  const folder = folderOf()
  const row = rowTests()
  const run = (words: readonly string[], input?: string) => commandLine(folder(), words, input)
  const ok = (words: readonly string[], input?: string): string => {
    const { status, stdout, stderr } = run(words, input)
    assert.equal(status, 0, `${words.join(' ')}: ${stderr}`)
    return stdout
  }
  let trained: Record<string, unknown>

  before(() => {
    plantsFile(folder())
    trained = jsonOf(folder(), TRAIN)
  })

  it('shows its version', () => {
    assert.equal(ok(['--version']), `${VERSION}\n`)
  })

  it('lists all commands in its help', () => {
    const help = ok(['--help'])
    for (const { name, summary } of COMMANDS) {
      assert.ok(help.includes(`  ${name} `), name)
      assert.ok(help.replaceAll(/\s+/g, ' ').includes(summary), summary)
    }
  })

  for (const { name, options, examples } of COMMANDS) {
    row('shows the options and the examples of a command in its help', name, () => {
      const help = ok([name, '--help'])
      for (const { flags } of options) assert.ok(help.includes(flags), flags)
      for (const example of examples) assert.ok(help.includes(example), example)
    })
  }

  it('trains a model, tests it on rows kept apart, and tells its digest', async () => {
    const model = await Model.load<'label'>(join(folder(), 'model.json'))
    assert.equal(trained.digest, model.digest())
    assert.deepEqual(
      model.columns.map(({ name }) => name),
      ['height', 'leaves', 'colour'],
    )
    assert.equal(trained.rows, 72)
    assert.equal((trained.test as { accuracy: number }).accuracy, 1)
    assert.equal(model.predict({ height: 9, leaves: 2400, colour: 'green' }).label, 'tree')
  })

  it('writes the same file for the same command, on any number of threads', () => {
    ok([...TRAIN, '--threads', '1', '--out', 'again.json', '--quiet'])
    assert.equal(readFileSync(join(folder(), 'again.json'), 'utf8'), readFileSync(join(folder(), 'model.json'), 'utf8'))
  })

  it('prints nothing with --quiet', () => {
    const { stdout, stderr } = run([...TRAIN, '--quiet', '--out', 'quiet.json'])
    assert.equal(stdout + stderr, '')
  })

  it('writes lines about the training to stderr where that is no terminal', () => {
    const { stderr } = run([...TRAIN, '--out', 'lines.json'])
    assert.match(stderr, /^epoch \d+ of \d+, loss [\d.e-]+, validation [\d.e-]+, \d+ s left\n/)
  })

  it('trains on the columns that --columns names', async () => {
    ok(['train', 'plants.csv', '--target', 'mass', '--columns', 'height,leaves', '--epochs', '7', '--out', 'mass.json'])
    const model = await Model.load(join(folder(), 'mass.json'))
    assert.deepEqual([model.columns.length, model.target.type, model.training?.epochs], [2, 'number', 7])
  })

  it('takes a name with commas as one column', async () => {
    const text = csvOf(plants(30)).replace('height,', '"height, cm",')
    writeFileSync(join(folder(), 'commas.csv'), text)
    ok(['train', 'commas.csv', '--target', 'kind', '--columns', 'height, cm', '--epochs', '2', '--out', 'commas.json'])
    const model = await Model.load(join(folder(), 'commas.json'))
    assert.deepEqual(
      model.columns.map(({ name }) => name),
      ['height, cm'],
    )
  })

  const forms = {
    'CSV from stdin': csvOf(plants(90)),
    'cells between semicolons': csvOf(plants(90), ';'),
    'cells between tabs': csvOf(plants(90), '\t'),
    'a byte order mark and \\r\\n': `\ufeff${csvOf(plants(90)).replaceAll('\n', '\r\n')}`,
    'JSON lines': plants(90)
      .map((plant) => `${JSON.stringify(plant)}\n`)
      .join(''),
    'a JSON array': JSON.stringify(plants(90)),
  }
  for (const [name, text] of Object.entries(forms)) {
    row('trains the same model from the same rows in any form', name, () => {
      const { digest } = JSON.parse(ok(['train', '-', ...TRAIN.slice(2), '--out', 'form.json', '--json'], text))
      assert.equal(digest, trained.digest)
    })
  }

  it('trains several networks for one target, and several targets', () => {
    const { digest } = jsonOf(folder(), [...TRAIN, '--members', '3', '--out', 'members.json'])
    const { networks } = jsonOf(folder(), ['inspect', 'members.json']) as { networks: { members: number }[] }
    assert.equal(networks[0].members, 3)
    assert.equal(jsonOf(folder(), ['verify', 'members.json', 'plants.csv']).digest, digest)
    ok(['train', 'plants.csv', '--target', 'kind,mass', '--epochs', '200', '--out', 'both.json', '--quiet'])
    const scores = jsonOf(folder(), ['evaluate', 'both.json', 'plants.csv']) as Record<string, Record<string, number>>
    assert.ok(scores.kind.accuracy > 0.5 && scores.mass.r2 > 0.5, JSON.stringify(scores))
    const [header] = ok(['predict', 'both.json', 'plants.csv']).split('\n')
    const predicted = header.split(',').slice(5)
    assert.deepEqual(predicted.toSorted(), [
      ...['predicted_kind', 'predicted_mass'],
      ...['herb', 'shrub', 'tree'].map((label) => `probability_kind_${label}`),
    ])
  })

  it('reads a header that is longer than the first piece of the file', () => {
    const wide = plants(30).map((plant) => ({ ['n'.repeat(70_000)]: 1, ...plant, ['é'.repeat(70_000)]: 2 }))
    ok(['train', '-', '--target', 'kind', '--epochs', '2', '--out', 'wide.json'], csvOf(wide))
    const { columns } = jsonOf(folder(), ['inspect', 'wide.json']) as { columns: { name: string }[] }
    assert.deepEqual(
      columns.map(({ name }) => name),
      ['height', 'leaves', 'colour', 'mass'],
    )
  })

  it('says which columns were left out, and why', () => {
    const text = csvOf(plants(40).map((plant, i) => ({ id: `plant ${i}`, always: 'x', ...plant })))
    const { stdout } = run(['train', '-', '--target', 'kind', '--epochs', '3', '--out', 'left.json'], text)
    assert.match(stdout, /\nleft out: id, /)
    assert.match(stdout, /\nleft out: always, /)
  })

  it('says what the doctor finds in the rows trained on', () => {
    const rows = plants(90).map((plant) => ({ ...plant, again: Number(plant.height) * 3 }))
    writeFileSync(join(folder(), 'again.csv'), csvOf(rows))
    const train = ['train', 'again.csv', '--target', 'kind', '--epochs', '5', '--out', 'again.json', '--diagnose']
    const { diagnosis } = jsonOf(folder(), train) as { diagnosis: { findings: { name: string; where: object }[] } }
    const copies = diagnosis.findings.find(({ name }) => name === 'duplicateColumns')
    assert.deepEqual(copies?.where, { columns: ['height', 'again'] })
    assert.match(
      ok(train),
      /\nFound .* in 72 rows of 5 columns\.\n(?:.*\n)*warning duplicateColumns: Column "height" and /,
    )
    const inspect = ['inspect', 'again.json', '--diagnose', 'again.csv']
    const { diagnosis: later } = jsonOf(folder(), inspect) as { diagnosis: { findings: { where: object }[] } }
    assert.ok(later.findings.some(({ where }) => JSON.stringify(where) === '{"columns":["height","again"]}'))
    assert.match(ok(inspect), /\ndigest \w+\nFound .* in 90 rows of 5 columns\.\n/)
  })

  it('evaluates a model', () => {
    const scores = jsonOf(folder(), ['evaluate', 'model.json', 'plants.csv'])
    assert.deepEqual([scores.rows, scores.accuracy], [90, 1])
    assert.deepEqual(scores.confusionMatrix, [30, 0, 0, 0, 30, 0, 0, 0, 30])
    const text = ok(['evaluate', 'model.json', 'plants.csv'])
    assert.match(text, /^plants\.csv: 90 rows\n {2}accuracy +1\n/)
    assert.match(text, /\n {2}shrub +0 +30 +0\n/)
  })

  it('leaves rows without a target out, and says how many', () => {
    const text = csvOf(plants(90)).replaceAll(',tree,', ',,')
    const { withoutTarget, rows } = JSON.parse(
      ok(['train', '-', ...TRAIN.slice(2, 6), '--out', 'two.json', '--json'], text),
    )
    assert.deepEqual([withoutTarget, rows], [30, 60])
    assert.match(ok(['evaluate', 'two.json', '-'], text), /60 rows, 30 left out because kind is missing/)
    const { skipped } = jsonOf(folder(), ['inspect', 'two.json']).report as { skipped: object }
    assert.deepEqual(skipped, { records: 30, note: '30 of 90 records have no value of column "kind".' })
    assert.match(ok(['inspect', 'two.json']), /\n {2}left out: 30 of 90 records have no value of column "kind"\.\n/)
    assert.equal(ok(['verify', 'two.json', '-', '--quiet'], text), '')
  })

  it('inspects a model', () => {
    const content = jsonOf(folder(), ['inspect', 'model.json'])
    assert.equal(content.digest, trained.digest)
    assert.deepEqual(content.targets, [{ name: 'kind', type: 'label', labels: ['herb', 'shrub', 'tree'] }])
    const text = ok(['inspect', 'model.json'])
    for (const words of ['predicts kind', 'height', 'green, red', `digest ${trained.digest}`]) {
      assert.ok(text.includes(words), words)
    }
  })

  it('verifies a model: exit status 0 where the same table gives the same digest', () => {
    assert.equal(ok(['verify', 'model.json', 'plants.csv', '--quiet']), '')
    assert.deepEqual(jsonOf(folder(), ['verify', 'model.json', 'plants.csv']), {
      same: true,
      digest: trained.digest,
      expected: trained.digest,
      reasons: [],
    })
  })

  it('verifies a model: exit status 1 and a reason where the table is another one', () => {
    plantsFile(folder(), 87, 'fewer.csv')
    const { status, stdout } = run(['verify', 'model.json', 'fewer.csv'])
    assert.equal(status, 1)
    assert.match(stdout, /^different: .* fewer\.csv is not the file that the model was trained on\.\n$/)
  })

  it('takes a column that few rows of JSON lines have for missing in the others', () => {
    const rows = plants(1001).map(({ height, kind }, i) =>
      i === 3 || i === 700 ? { height, kind, note: i } : { height, kind },
    )
    const lines = (some: readonly object[]): string => `${some.map((row) => JSON.stringify(row)).join('\n')}\n`
    writeFileSync(join(folder(), 'notes.jsonl'), lines(rows))
    const words = ['--target', 'kind', '--epochs', '2', '--report', 'notes.html', '--out', 'notes.json']
    ok(['train', 'notes.jsonl', ...words])
    const predicted = ok(['predict', 'notes.json', 'notes.jsonl']).trimEnd().split('\n')
    assert.equal(predicted.length, 1001)
    writeFileSync(join(folder(), 'other.jsonl'), lines(rows.slice(10, 20)))
    const { status, stderr } = run(['predict', 'notes.json', 'other.jsonl'])
    assert.equal(status, 1)
    assert.match(stderr, /no column "note"/)
  })

  it('exports a model, and one of its networks as safetensors', async () => {
    const model = await Model.load(join(folder(), 'model.json'))
    const [ensemble] = model.networks
    assert.ok('members' in ensemble && ensemble.members.length === 8)
    for (const member of [0, 7]) {
      const words = ['export', 'model.json', '--format', 'safetensors', '--member', String(member)]
      ok([...words, '--out', 'network.safetensors'])
      const network = fromSafetensors(readFileSync(join(folder(), 'network.safetensors')))
      assert.equal(network.digest(), ensemble.members[member].digest())
    }
    ok(['export', 'model.json', '--format', 'module', '--out', 'model.mjs'])
    const { digest, columns } = (await import(pathToFileURL(join(folder(), 'model.mjs')).href)) as {
      digest: string
      columns: readonly { readonly name: string }[]
    }
    assert.equal(digest, model.digest())
    assert.deepEqual(
      columns.map(({ name }) => name),
      model.columns.map(({ name }) => name),
    )
    ok(['export', 'model.json', '--format', 'onnx', '--out', 'model.onnx'])
    assert.ok(readFileSync(join(folder(), 'model.onnx')).includes(model.digest()))
  })

  it('exports a model of several networks, of which a file of safetensors holds one', () => {
    ok(['train', 'plants.csv', '--target', 'kind', '--epochs', '2', '--members', '2', '--out', 'two.json'])
    for (const format of ['module', 'onnx']) ok(['export', 'two.json', '--format', format, '--out', `two.${format}`])
    const { status, stderr } = run(['export', 'two.json', '--format', 'safetensors', '--out', 'two.safetensors'])
    assert.equal(status, 1)
    assert.match(
      stderr,
      /^lockstep-nn: two\.json has 2 networks, and a file of safetensors holds one: choose it by --member 0 to 1/,
    )
  })

  it('lists the backends', () => {
    const { backends: listed, chosen } = jsonOf(folder(), ['backends']) as {
      backends: { name: string }[]
      chosen: string
    }
    assert.deepEqual(
      listed.map(({ name }) => name),
      backends().map(({ name }) => name),
    )
    assert.ok(ok(['backends']).includes(`${chosen} `))
  })
})
