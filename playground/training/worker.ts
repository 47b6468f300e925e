/** The Worker: one run at a time, between the messages of the page. */
import { loadWasm } from 'lockstep-nn'
import { messageOf } from '#lib/checks/errors.js'
import { loadDataSet } from '../data/load.js'
import { Course } from './course.js'
import type { Request, Response } from './messages.js'

/** The part of a Worker's global object that is used: the types of the page are those of a window. */
const port = globalThis as unknown as {
  postMessage(response: Response): void
  onmessage: ((event: { readonly data: Request }) => void) | null
}

let current: { readonly course: Course; readonly load: number } | null = null
const requests: Request[] = []
const backend = await loaded()

// A message to itself is a task after those of the page; a timer would wait for 4 ms.
const turns = new MessageChannel()
let isTurning = false
turns.port1.onmessage = turn

function request(): void {
  if (isTurning) return
  isTurning = true
  turns.port2.postMessage(null)
}

function turn(): void {
  isTurning = false
  if (current === null) return
  const { course, load } = current
  attempt(load, () => {
    course.slice()
    const snapshot = course.snapshot()
    if (snapshot !== null) port.postMessage({ kind: 'snapshot', load, snapshot })
    if (course.isPlaying) request()
  })
}

/** Ends the run if it fails, and reports why. */
function attempt(load: number, work: () => void): void {
  try {
    work()
  } catch (error) {
    refuse(load, error)
  }
}

function refuse(load: number, error: unknown): void {
  current = null
  port.postMessage({ kind: 'refused', load, problem: messageOf(error) })
}

async function answer(request: Request): Promise<void> {
  const { load } = request
  if (request.kind === 'load') await begin(request)
  else if (current?.load === load) carryOut(request, current.course)
}

async function begin({ load, settings, until }: Request & { readonly kind: 'load' }): Promise<void> {
  current = null
  try {
    const data = await loadDataSet(settings.data)
    const course = new Course(settings, backend, () => performance.now(), data)
    port.postMessage({ kind: 'loaded', load, data })
    current = { course, load }
    course.play(until)
    request()
  } catch (error) {
    refuse(load, error)
  }
}

function carryOut(asked: Request, course: Course): void {
  const { kind, load } = asked
  attempt(load, () => {
    if (kind === 'play') course.play()
    else if (kind === 'pause') course.pause()
    else if (kind === 'step') course.step()
    else if (kind === 'epoch') course.epoch()
    else if (kind === 'next') course.ask(asked.picture)
    else if (kind === 'save') {
      port.postMessage({ kind: 'saved', load, epoch: course.run.epoch, model: course.run.model.toJSON() })
    }
  })
  request()
}

/** The backend of all runs: WebAssembly, or TypeScript where the module cannot be loaded. */
async function loaded(): Promise<string> {
  port.onmessage = ({ data }) => requests.push(data)
  try {
    await loadWasm(new URL('lockstep_nn.wasm', import.meta.url))
    return 'wasm'
  } catch {
    return 'typescript'
  }
}

// A table is read asynchronously: the messages after it wait.
let answered: Promise<void> = Promise.resolve()
function enqueue(request: Request): void {
  answered = answered.then(() => answer(request))
}
port.onmessage = ({ data }) => enqueue(data)
for (const early of requests) enqueue(early)
