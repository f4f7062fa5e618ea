// Run by Node as it stands: stands between the harness and a sidecar, as a desktop app would, until it is killed.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const { file, args, environment } = JSON.parse(process.env.SIDECAR_HARNESS_CHILD)
const child = spawn(file, args, {
  env: environment,
  stdio: 'pipe',
  windowsHide: true,
  // On Windows libuv has the kernel kill every other child along with its parent (JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE).
  detached: process.platform === 'win32',
})
process.stdin.pipe(child.stdin)
child.stdout.pipe(process.stdout)
child.stderr.pipe(process.stderr)
// A sidecar that does not read its stdin may close it.
child.stdin.on('error', () => process.stdin.destroy())
child.on('error', error => process.stderr.write(`${error.message}\n`))
child.on('close', (code, signal) => {
  // Launched or not: for one that was not, Node calls the negative number of the error its exit code.
  process.exitCode = child.pid === undefined ? 127 : (code ?? 128 + constants.signals[signal])
})
