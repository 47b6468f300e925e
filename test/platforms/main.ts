/**
 * Prints the digests of this platform as JSON. scripts/platforms runs it in a project with the package installed. With --no-files
 * it writes no files.
 */
import { arch, argv, platform, versions } from 'node:process'
import { allDigests, reasons } from './digests.js'
import { fileDigests } from './files.js'

const { bun, deno, node } = versions as Readonly<Record<string, string | undefined>>
const runtime = bun !== undefined ? `Bun ${bun}` : deno !== undefined ? `Deno ${deno}` : `Node ${node}`
const backends = [...(await allDigests())]
if (!argv.includes('--no-files')) backends.push({ name: 'files', digests: await fileDigests() })

console.log(JSON.stringify({ platform: `${platform}-${arch}`, runtime, backends, reasons: reasons() }))
