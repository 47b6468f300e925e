/** What the command line refuses: one sentence on stderr, an exit status, and nothing written. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine, csvOf, jsonOf, plants, plantsFile } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'
import { kindModel } from '../support/pets.js'
import { rowTests } from '../support/rows.js'

/** Words, and what is expected of them. */
type Refused = readonly [name: string, words: readonly string[], status: 1 | 2, message: RegExp]

const train = (file: string, ...more: string[]) => ['train', file, '--target', 'kind', ...more]

describe('the command line refuses', () => {
  const folder = folderOf()
  const row = rowTests()
  const table = csvOf(plants(30))
  const [header, ...lines] = table.trimEnd().split('\n')
  const text = (...rows: string[]) => `${[header, ...rows].join('\n')}\n`

  const files: Readonly<Record<string, string | Uint8Array>> = {
    'empty.csv': '',
    'blank.csv': '\n \n',
    'header.csv': `${header}\n`,
    'narrow.csv': 'kind\na\nb\na\n',
    'constant.csv': text(...lines.map((line) => line.replace(/herb|shrub|tree/, 'herb'))),
    'flat.csv': text(...lines.map((line) => line.replace(/\d+$/, '7'))),
    'one-class.csv': text(...lines.filter((line) => line.includes('herb'))),
    'unlabelled.csv': text(...lines.map((line) => line.replace(/herb|shrub|tree/, ''))),
    'binary.csv': Uint8Array.from({ length: 3000 }, (_, i) => (i * 7919) % 256),
    'utf16.csv': new Uint8Array(Buffer.from(`\ufeff${table}`, 'utf16le')),
    'utf16-without-mark.csv': new Uint8Array(Buffer.from(table, 'utf16le')),
    'latin.csv': new Uint8Array(Buffer.from(table.replace('green', 'gr\xfcn'), 'latin1')),
    'utf32.csv': Uint8Array.from([
      0xff,
      0xfe,
      0,
      0,
      ...Array.from(table, (letter) => [letter.charCodeAt(0), 0, 0, 0]).flat(),
    ]),
    'dates.csv': text(...lines.map((line, i) => line.replace(/herb|shrub|tree/, `2026-11-${10 + (i % 9)}`))),
    'two.csv': text(...lines.slice(0, 2)),
    'book.xlsx': Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0, 6, 0]),
    'table.csv.gz': Uint8Array.from([0x1f, 0x8b, 8, 0]),
    'long-row.csv': text(...lines.slice(0, 3), `${lines[3]},9`, ...lines.slice(4)),
    'broken.jsonl': '{"height":1,"kind":"a"}\n{"height":2,\n',
    'colourless.csv': 'height,leaves\n1,2\n',
    'text.csv': 'height,leaves,colour\n1,2,green\nhigh,2,green\n',
    'predicted.csv': 'height,leaves,colour,predicted_kind\n1,2,green,herb\n',
    'none.json': '{"a":1}',
    'objects.jsonl': '{}\n{}\n',
    'cut.json': '{"format":"lockstep-nn/model","version":1,',
  }

  before(() => {
    plantsFile(folder())
    mkdirSync(join(folder(), 'folder'))
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder(), name), content)
    jsonOf(folder(), train('plants.csv', '--drop', 'mass', '--epochs', '2'))
  })

  const usage: readonly Refused[] = [
    ['a file without a name', train(''), 2, /^Expected the name of a file/],
    [
      'a target without a name',
      ['train', 'plants.csv', '--target', ','],
      2,
      /^Expected the name of a column for --target/,
    ],
    ['inputs without a name', train('plants.csv', '--columns', ''), 2, /^Expected the name of a column for --columns/],
    ['a target twice', ['train', 'plants.csv', '--target', 'kind,kind'], 2, /^--target names "kind" twice\./],
    ['an input twice', train('plants.csv', '--columns', 'mass,mass'), 2, /^--columns names "mass" twice\./],
    ['a column to drop twice', train('plants.csv', '--drop', 'mass,mass'), 2, /^--drop names "mass" twice\./],
    ['a target of no columns', train('objects.jsonl'), 2, /^objects\.jsonl has no columns\./],
    [
      'a test of no row',
      train('plants.csv', '--test', '0.001'),
      2,
      /^--test 0\.001 of 90 rows leaves no row to test\./,
    ],
    [
      'a test of every row',
      train('plants.csv', '--test', '0.999'),
      2,
      /^--test 0\.999 of 90 rows leaves no row to train/,
    ],
    [
      'a test of two rows',
      ['train', 'two.csv', '--target', 'mass', '--test', '0.2'],
      2,
      /of 2 rows leaves no row to test/,
    ],
    ['a model without a name', train('plants.csv', '--out', ''), 2, /^Expected the name of a file for --out\./],
    ['predictions without a name', ['predict', 'model.json', 'plants.csv', '--out', ''], 2, /a file for --out\./],
    ['a model on stdout', train('plants.csv', '--out', '-'), 2, /^--out cannot be stdout here\. Name a file\./],
    ['a report on stdout', train('plants.csv', '--report', '-'), 2, /^--report cannot be stdout here/],
    ['a report over its model', train('plants.csv', '--report', './model.json'), 2, /^--out and --report are one file/],
    [
      'a checkpoint over its model',
      train('plants.csv', '--checkpoint', 'model.json'),
      2,
      /^--out and --checkpoint are one/,
    ],
    ['no command', [], 2, /^Expected a command: train, predict, /],
    ['an unknown command', ['trian', 'plants.csv'], 2, /unknown command 'trian' \(Did you mean train\?\)/],
    ['a misspelled option', ['train', 'plants.csv', '--taget', 'kind'], 2, /'--taget' \(Did you mean --target\?\)/],
    ['an option of another command', train('plants.csv', '--interval', '1'), 2, /unknown option '--interval'/],
    ['no target', ['train', 'plants.csv'], 2, /^Expected the option --target <name>\./],
    ['no file', ['train', '--target', 'kind'], 2, /missing required argument 'file'/],
    ['two files', ['inspect', 'model.json', 'b'], 2, /Expected 1 argument but got 2/],
    ['epochs that are no number', train('plants.csv', '--epochs', 'x'), 2, /Expected an integer from 1 to 2147483647/],
    ['a negative seed', train('plants.csv', '--seed=-1'), 2, /Expected an integer from 0 to 9007199254740991/],
    ['a test of all rows', train('plants.csv', '--test', '1'), 2, /Expected a number above 0 and below 1/],
    [
      'a member of another format',
      ['export', 'model.json', '--format', 'onnx', '--member', '1', '--out', 'x'],
      2,
      /--member chooses a network for --format safetensors/,
    ],
    [
      'a member that is not there',
      ['export', 'model.json', '--format', 'safetensors', '--member', '8', '--out', 'x'],
      2,
      /Expected a network from 0 to 7 for --member but received 8/,
    ],
    ['an unknown format', ['export', 'model.json', '--format', 'onxx', '--out', 'x'], 2, /safetensors, module, onnx/],
    [
      'a misspelled target',
      ['train', 'plants.csv', '--target', 'kinds'],
      2,
      /no column "kinds"\. Did you mean "kind"\?/,
    ],
    ['a misspelled input', train('plants.csv', '--columns', 'heigth'), 2, /"heigth"\. Did you mean "height"\?/],
    ['a misspelled column to drop', train('plants.csv', '--drop', 'color'), 2, /"color"\. Did you mean "colour"\?/],
    ['the target as an input', train('plants.csv', '--columns', 'kind,mass'), 2, /--columns names the target, "kind"/],
    ['a column used and dropped', train('plants.csv', '--columns', 'mass', '--drop', 'mass'), 2, /both name "mass"/],
    ['a model over its table', train('plants.csv', '--out', './plants.csv'), 2, /is the file that is read/],
    [
      'a checkpoint over its table',
      train('plants.csv', '--checkpoint', 'plants.csv'),
      2,
      /--checkpoint plants\.csv is/,
    ],
    [
      'predictions over their table',
      ['predict', 'model.json', 'plants.csv', '--out', 'plants.csv'],
      2,
      /is the file that is read/,
    ],
    [
      'predictions over their model',
      ['predict', 'model.json', 'plants.csv', '--out', 'model.json'],
      2,
      /is the file that is read/,
    ],
  ]
  const tables: readonly Refused[] = [
    ['a missing file', train('plantz.csv'), 1, /^There is no file plantz\.csv\. Did you mean "plants\.csv"\?/],
    [
      'a missing folder',
      train('nowhere/plants.csv'),
      1,
      /^There is no file nowhere\/plants\.csv\. There is no such fo/,
    ],
    ['a folder', train('folder'), 1, /^folder is a folder, not a file\./],
    ['an empty file', train('empty.csv'), 1, /^empty\.csv is empty\./],
    ['a file of blank lines', train('blank.csv'), 1, /^blank\.csv is empty\./],
    [
      'a header alone',
      train('header.csv'),
      1,
      /^Expected a row after the names of the columns for header\.csv but received none\.$/m,
    ],
    ['a file of one column', train('narrow.csv'), 1, /no column besides the target .* another delimiter\?/],
    ['nothing but the target', train('plants.csv', '--drop', 'height,leaves,colour,mass'), 1, /no column besides/],
    ['one class', train('one-class.csv'), 1, /nothing to predict/],
    ['a constant label', train('constant.csv'), 1, /nothing to predict/],
    [
      'a constant number',
      ['train', 'flat.csv', '--target', 'mass'],
      1,
      /"mass" .* 7 in every record\. There is nothing to/,
    ],
    ['dates as a target', train('dates.csv'), 1, /column "kind" of row 1 of dates\.csv .* Make a number of it/],
    ['a target without values', train('unlabelled.csv'), 1, /no row with a value of "kind"/],
    ['binary data', train('binary.csv'), 1, /^binary\.csv is binary data, not a table\./],
    ['UTF-16', train('utf16.csv'), 1, /^utf16\.csv is text in UTF-16\. Save it as UTF-8\./],
    ['UTF-16 without a mark', train('utf16-without-mark.csv'), 1, /is text in UTF-16\. Save it as UTF-8\./],
    ['UTF-32', train('utf32.csv'), 1, /^utf32\.csv is text in UTF-32\. Save it as UTF-8\./],
    ['Latin-1', train('latin.csv'), 1, /UTF-8|utf-8/],
    ['a workbook', train('book.xlsx'), 1, /^book\.xlsx is a workbook or a zip archive\. Save the table as CSV\./],
    ['compressed data', train('table.csv.gz'), 1, /is compressed by gzip\. Unpack it first: gunzip\./],
    ['a row of another length', train('long-row.csv'), 1, /5 cells, as in the header, .*line 5/],
    ['broken JSON lines', train('broken.jsonl'), 1, /JSON/],
    ['a folder for the model', train('plants.csv', '--out', 'folder'), 1, /^--out folder is a folder\./],
    [
      'a file as a folder',
      train('plants.csv', '--out', 'two.csv/m.json'),
      1,
      /^two\.csv\/m\.json: a part of the path is no/,
    ],
    ['a model into no folder', train('plants.csv', '--out', 'no/m.json'), 1, /^There is no folder no, where --out/],
    [
      'predictions into no folder',
      ['predict', 'model.json', 'plants.csv', '--out', 'no/p.csv'],
      1,
      /^There is no folder/,
    ],
    ['a missing model', ['inspect', 'modle.json'], 1, /^There is no file modle\.json\. Did you mean "model\.json"\?/],
    [
      'JSON that is no model',
      ['predict', 'none.json', 'plants.csv'],
      1,
      /"lockstep-nn\/model" for format of the model/,
    ],
    ['a part of a model', ['evaluate', 'cut.json', 'plants.csv'], 1, /JSON text for the model file cut\.json/],
    ['a table as a model', ['inspect', 'plants.csv'], 1, /JSON text for the model file plants\.csv/],
    [
      'no member',
      ['export', 'model.json', '--format', 'safetensors', '--out', 'x'],
      1,
      /has 8 networks, .* --member 0 to 7/,
    ],
    ['a table without a column', ['predict', 'model.json', 'colourless.csv'], 1, /no column "colour", which the model/],
    ['text for a number', ['predict', 'model.json', 'text.csv'], 1, /number|finite/],
    ['its own predictions', ['predict', 'model.json', 'predicted.csv'], 1, /has a column "predicted_kind", which/],
    ['a table without a target', ['evaluate', 'model.json', 'predicted.csv'], 1, /no column "kind", which/],
  ]

  for (const [title, refused] of [
    ['wrong usage with status 2, and names the help', usage],
    ['what cannot be done with status 1', tables],
  ] as const) {
    for (const [name, words, status, message] of refused) {
      row(title, name, () => {
        const before = contents()
        const called = commandLine(folder(), words)
        const said = called.stderr.replace(/^lockstep-nn: /, '')
        assert.equal(called.status, status, called.stderr)
        assert.match(said, message)
        assert.equal(called.stdout, '')
        assert.equal(called.stderr.indexOf('\n'), called.stderr.length - 1, `one line: ${called.stderr}`)
        assert.doesNotMatch(called.stderr, /\n {4}at |node:internal/)
        if (status === 2) assert.match(called.stderr, /\. See lockstep-nn (\w+ )?--help\.\n$|\) See /)
        assert.deepEqual(contents(), before, 'the files of the folder')
      })
    }
  }

  /** All files, but what happens in folders. */
  function contents(): [string, string][] {
    return readdirSync(folder(), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(folder(), name), 'latin1')])
  }

  it('an empty stdin', () => {
    const { status, stderr } = commandLine(folder(), train('-'))
    assert.deepEqual([status, stderr], [1, 'lockstep-nn: stdin is empty.\n'])
  })

  it('a model that was not trained by it, when it is to be verified', async () => {
    await (await kindModel()).save(join(folder(), 'pets.json'))
    const { status, stderr } = commandLine(folder(), ['verify', 'pets.json', 'plants.csv'])
    assert.equal(status, 1)
    assert.match(stderr, /pets\.json does not say how it was trained/)
  })

  it('a file that cannot be made, before the training', () => {
    const name = 'm'.repeat(300)
    const words = train('plants.csv', '--drop', 'mass', '--epochs', '100000000', '--report', name)
    const { status, stderr } = commandLine(folder(), words)
    assert.deepEqual([status, stderr], [1, `lockstep-nn: ${name}: the name is too long.\n`])
  })

  it('a checkpoint that is another file, by the name of the option', () => {
    const words = train('plants.csv', '--drop', 'mass', '--out', 'other.json', '--checkpoint', 'model.json')
    const { status, stderr } = commandLine(folder(), words)
    assert.equal(status, 1)
    assert.match(stderr, /model\.json is damaged: .* or give --checkpoint another name/)
  })

  it('to leave half of a file where a row fails', () => {
    writeFileSync(join(folder(), 'old.csv'), 'old')
    const { status } = commandLine(folder(), ['predict', 'model.json', 'text.csv', '--out', 'old.csv'])
    assert.equal(status, 1)
    assert.equal(readFileSync(join(folder(), 'old.csv'), 'utf8'), 'old')
    assert.deepEqual(
      readdirSync(folder()).filter((name) => name.endsWith('.tmp')),
      [],
    )
  })
})
