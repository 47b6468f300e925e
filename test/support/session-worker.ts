/** A worker thread with sessions that are open, running, cancelled, closed and forgotten, until it is terminated. */
import { parentPort } from 'node:worker_threads'
import { ensembleJobOf } from './ensemble-job.js'
import { jobOf } from './job.js'
import { addon, best, LONG, openedFor } from './opened.js'

// Kept, so that only the end of the worker frees them.
const open = []
for (let i = 0; i < 24; i++) {
  const threads = 1 + (i % 2)
  const opened = openedFor(i % 3 === 0 ? ensembleJobOf(5, LONG) : jobOf(LONG), best, threads)
  const { handle, epochs } = opened
  addon.runSession(handle, 0, epochs, 0)
  if (i % 4 === 0) addon.closeSession(handle)
  else if (i % 4 > 1) addon.runSessionAsync(handle, 0, epochs, Infinity)
  if (i % 8 === 3) addon.cancelSession(handle)
  if (i % 8 > 3) open.push(opened)
}
setTimeout(() => parentPort?.postMessage(open.length), 20)
