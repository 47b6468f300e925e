/**
 * Prints the digests of this platform as JSON. scripts/platforms runs it in a project with the package installed. With --no-files
 * it writes no files, with --best it trains on the best backend only.
 */
import { arch, argv, platform, versions } from 'node:process'
import { allDigests, reasons } from './digests.js'
import { fileDigests } from './files.js'

const { bun, deno, node } = versions as Readonly<Record<string, string | undefined>>
const runtime = bun !== undefined ? `Bun ${bun}` : deno !== undefined ? `Deno ${deno}` : `Node ${node}`

// Not with an await of the module: bundles in CommonJS have none.
async function main(): Promise<void> {
  const backends = [...(await allDigests({ isBest: argv.includes('--best') }))]
  if (!argv.includes('--no-files')) backends.push({ name: 'files', digests: await fileDigests() })
  console.log(JSON.stringify({ platform: `${platform}-${arch}`, runtime, backends, reasons: reasons() }))
}

void main()
