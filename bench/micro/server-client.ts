/**
 * The client of `npm run bench:server`: `server-client.js PORT EVERY` sends a request every EVERY milliseconds, whether the
 * earlier ones are answered or not. It answers each line on its input with a line of JSON: the milliseconds that each response
 * took since the line before. A process of its own, so that its event loop waits for nothing else.
 */
import { Agent, get } from 'node:http'
import { createInterface } from 'node:readline'

const [port, every] = process.argv.slice(2).map(Number)
const agent = new Agent({ keepAlive: true })
let times: number[] = []
let isEnding = false

function ask(): void {
  const sent = performance.now()
  const request = get({ host: '127.0.0.1', port, agent }, (response) => {
    response.resume()
    response.on('end', () => {
      times.push(performance.now() - sent)
    })
  })
  request.on('error', (error) => {
    if (!isEnding) throw error
  })
}

const timer = setInterval(ask, every)
for await (const _ of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify({ times })}\n`)
  times = []
}
isEnding = true
clearInterval(timer)
agent.destroy()
