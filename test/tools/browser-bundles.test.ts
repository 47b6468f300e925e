/** Bundles for browsers: each bundler makes one without configuration, and it trains with the bits of Node. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as protobuf from '@bufbuild/protobuf/wire'
import { build } from 'esbuild'
import { node, ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'

interface Bundle {
  readonly file: string
  readonly warnings: readonly string[]
}

interface Result {
  readonly digests: Readonly<Record<string, string | null>>
  readonly boundaries: Readonly<Record<string, unknown>>
}

const BUNDLERS = join(ROOT, 'scripts', 'bundlers')
const load = (name: string) => import(pathToFileURL(join(BUNDLERS, `${name}.mjs`)).href)
const { installInto }: { installInto: (folder: string, optional?: readonly string[]) => void } = await load('project')
const { BROWSER_BUNDLERS }: { BROWSER_BUNDLERS: Record<string, (entry: string, folder: string) => Promise<Bundle>> } =
  await load('browser')
const { digests }: { digests: (wire?: object) => Promise<Result['digests']> } = await load('program')

const OPTIONAL = ['@bufbuild/protobuf']

const NEEDS = 'needs Node.js, Bun or Deno, because browsers have no files.'
const CSV = [
  { a: 1, b: 'x "y"' },
  { a: 2, b: 'z' },
]
const BOUNDARIES = {
  onnx:
    'toOnnx needs the package @bufbuild/protobuf, which a browser cannot load within a call. ' +
    "Pass it: toOnnx(network, { protobuf: await import('@bufbuild/protobuf/wire') }).",
  save: `Model.save ${NEEDS} Use JSON.stringify(model).`,
  load: `Model.load ${NEEDS} Use Model.fromJSON(text).`,
  readCsv: `readCsv of a path ${NEEDS} Pass the text: { text }.`,
  checkpoint: `The option checkpoint ${NEEDS} Leave it out, and store the parameters, optimizerState and epoch yourself.`,
  native:
    "The backend 'native' cannot run here: native addons need Node.js, Bun or Deno. " +
    "Use 'auto' or 'typescript' to train without it.",
}

describe('a bundle for browsers', function () {
  this.timeout(300_000)
  const folder = folderOf()

  /** A project with the package and these optional ones, and what it bundles. */
  function projectOf(name: string, optional: readonly string[], entry: string): string {
    const place = join(folder(), name)
    mkdirSync(place)
    installInto(place, optional)
    cpSync(join(BUNDLERS, 'program.mjs'), join(place, 'program.mjs'))
    writeFileSync(join(place, 'entry.js'), entry)
    return place
  }

  function run({ file }: Bundle): Result {
    for (const name of readdirSync(dirname(file))) {
      if (name.endsWith('.js')) assert.doesNotMatch(readFileSync(join(dirname(file), name), 'utf8'), /["'`]node:[a-z]/)
    }
    const flags = ['--no-warnings', '--experimental-vm-modules']
    const { status, stdout, stderr } = node([join(BUNDLERS, 'worker.mjs'), file], { flags })
    assert.equal(status, 0, stderr)
    return JSON.parse(stdout) as Result
  }

  const entry = (imports: string, value: string) => `${imports}
    import { boundaries, digests } from './program.mjs'
    globalThis.result = (async () => ({ digests: await digests(${value}), boundaries: await boundaries() }))()`

  for (const [name, bundle] of Object.entries(BROWSER_BUNDLERS)) {
    it(`trains with the bits of Node, and refuses what needs files: ${name}`, async () => {
      const place = projectOf(name, OPTIONAL, entry("import * as protobuf from '@bufbuild/protobuf/wire'", 'protobuf'))
      const made = await bundle(join(place, 'entry.js'), join(place, 'out'))
      assert.deepEqual(
        made.warnings.filter((text) => !text.includes('@bufbuild')),
        [],
      )
      const result = run(made)
      assert.deepEqual(result.digests, await digests(protobuf))
      const { csv, backends, ...boundaries } = result.boundaries
      assert.deepEqual(boundaries, BOUNDARIES)
      assert.deepEqual(csv, CSV)
      assert.ok((backends as string[]).includes('typescript'))
    })

    it(`is made without the optional package, and reads CSV: ${name}`, async () => {
      const place = projectOf(`${name}-bare`, [], entry('', ''))
      const made = await bundle(join(place, 'entry.js'), join(place, 'out'))
      assert.deepEqual(made.warnings, [])
      assert.deepEqual(run(made).boundaries.csv, CSV)
    })
  }

  it('has no more bytes than these, minified and compressed', async () => {
    const rows: readonly [name: string, source: string, most: number][] = [
      ['everything', "export * from 'lockstep-nn'", 74_000],
      ['a network alone', "export { Network } from 'lockstep-nn'", 52_000],
    ]
    const place = projectOf('sizes', [], '')
    for (const [name, source, most] of rows) {
      const { outputFiles } = await build({
        stdin: { contents: source, resolveDir: place },
        ...{ bundle: true, minify: true, write: false, platform: 'browser', format: 'esm' },
      })
      const { length } = gzipSync(outputFiles[0].contents, { level: 9 })
      assert.ok(length <= most, `${name}: ${length} bytes`)
    }
  })
})
