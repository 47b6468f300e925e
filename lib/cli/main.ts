#!/usr/bin/env node
/** The program `lockstep-nn`. */
import process from 'node:process'
import { runProgram } from './program.js'

process.exitCode = await runProgram(process.argv.slice(2))
// Whoever writes to it may never end.
if (process.argv.includes('-')) process.stdin.destroy()
