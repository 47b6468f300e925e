// Builds the playground and serves it. --port NUMBER chooses the port; --build-only only builds.
import { parseArgs } from 'node:util'
import { buildPlayground, SITE } from './build.mjs'
import { serve } from './serve.mjs'

const DEFAULT_PORT = 8765

function fail(message) {
  console.error(message)
  process.exit(2)
}

function options() {
  try {
    return parseArgs({
      options: { port: { type: 'string' }, 'build-only': { type: 'boolean', default: false } },
    }).values
  } catch (error) {
    return fail(error.message)
  }
}

const { port, 'build-only': isBuildOnly } = options()
const number = port === undefined ? DEFAULT_PORT : Number(port)
if (!/^\d+$/.test(port ?? '0') || number > 65535)
  fail(`Expected an integer from 0 to 65535 for --port but received ${port}.`)

await buildPlayground()
if (isBuildOnly) {
  console.log(`The playground is in ${SITE}: static files for any host.`)
} else {
  const { url } = await serve(SITE, number).catch((error) =>
    fail(
      error.code === 'EADDRINUSE'
        ? `Port ${number} is in use. Choose another one: --port 0 takes a free one.`
        : error.message,
    ),
  )
  console.log(`The playground is at ${url}`)
}
