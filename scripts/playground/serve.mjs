// A server of static files on the loopback interface.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
}

/** Serves a folder. Resolves with the server and its address. `port` 0 is a free one. */
export async function serve(folder, port = 0) {
  const server = createServer((request, response) => answer(folder, request, response))
  await new Promise((listening, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', listening)
  })
  return { server, url: `http://127.0.0.1:${server.address().port}/` }
}

async function answer(folder, request, response) {
  const body = await fileOf(folder, request.url).catch(() => null)
  if (body === null) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such file.\n')
    return
  }
  const type = TYPES[body.type] ?? 'application/octet-stream'
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(body.bytes)
}

/** The file of a request; it is rejected for any outside of the folder. */
async function fileOf(folder, url) {
  const path = normalize(decodeURIComponent(url.replace(/[?#].*$/, '')))
  if (path.split(/[\\/]/).includes('..') || path.includes('\0')) throw new Error('outside')
  const name = path.endsWith('/') ? join(path, 'index.html') : path
  return { bytes: await readFile(join(folder, name)), type: extname(name) }
}
