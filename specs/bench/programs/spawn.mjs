// `node spawn.mjs MIB`: the same in a Node whose own memory is larger by so much, which a fork has to make known to the child.
import { spawn } from 'node:child_process'

const TIMES = 41
const ballast = Buffer.alloc(Number(process.argv[2]) * 1024 * 1024, 1)
const takenMs = []
for (let time = 0; time < TIMES; time++) {
  const begunAtMs = performance.now()
  const child = spawn('/bin/true', { stdio: 'ignore' })
  takenMs.push(performance.now() - begunAtMs)
  const code = await new Promise(resolve => child.once('exit', resolve))
  if (code !== 0) throw new Error(`/bin/true ended with ${code}`)
}
takenMs.sort((a, b) => a - b)
// The ballast is used here, so that it lasts until here.
console.log(JSON.stringify({ ns: (takenMs[TIMES >> 1] ?? 0) * 1e6, ballastBytes: ballast.length }))
