#!/usr/bin/env node
/** The program `lockstep-nn`. */
import process from 'node:process'
import { runProgram } from './program.js'

// Each write of a result reports its own error. Progress and messages that nobody can read are lost, and end no work.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

process.exitCode = await runProgram(process.argv.slice(2))
// Whoever writes to it may never end.
if (process.argv.includes('-')) process.stdin.destroy()
