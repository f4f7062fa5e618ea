/**
 * A sound sidecar with a child in its group, one in a session of its own, and one in a session of its own with nothing in
 * its environment. It ends them when it is told to end, and kills its harness where KILLS_AT says so.
 */

const { spawn } = require('node:child_process')
const { createServer } = require('node:http')

const { KILLS_AT, KNOWN_BY } = process.env

function reach(moment) {
  if (moment === KILLS_AT) process.kill(process.ppid, 'SIGKILL')
}

reach('at the first instruction')
const children = [{}, { detached: true }, { detached: true, env: {} }].map(options =>
  spawn('/bin/sleep', [`600.${KNOWN_BY}`], { stdio: 'ignore', ...options }),
)
reach('with its children born')

const server = createServer((_request, response) => {
  reach('in the middle of a request')
  response.setHeader('Content-Type', 'application/json').end('{"status":"ok"}')
})
server.listen(0, '127.0.0.1', () => {
  console.log(`BACKEND_PORT:${server.address().port}`)
  reach('right after the announcement')
})

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    reach('when it is told to end')
    for (const child of children) child.kill('SIGKILL')
    reach('with its children dead')
    server.closeAllConnections()
    server.close(() => process.exit(0))
  })
}
