/** A harness that is made to kill the very group that it is in. Prints who is left of it. */

import { spawn } from 'node:child_process'
import { type HostKind, MARKER_VARIABLE, selectHost } from '../../../../harness/host/index.ts'

const host = selectHost(process.argv[2] as HostKind)
const companion = spawn('sleep', ['1000'], { stdio: 'ignore' })
// The one that it was launched with: the leader of another life would be a stranger.
const marker = process.env[MARKER_VARIABLE] ?? ''
await host.killTree({ pid: process.pid, marker }, 1_000)
process.stdout.write(`companion ${companion.signalCode ?? 'alive'}\nharness alive\n`)
companion.kill('SIGKILL')
