// Run by Node as it stands: the least that the default contract asks for.
import { createServer } from 'node:http'

const startedAtMs = Date.now()
const server = createServer((_request, response) => {
  const now = Date.now()
  const body = {
    status: 'ok',
    app: 'calibration',
    timestamp: new Date(now),
    uptime: (now - startedAtMs) / 1000,
  }
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body))
})
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => process.exit(0))
}
// Whoever launched it holds its stdin: an end there is the end of its work.
process.stdin.on('end', () => process.exit(0)).resume()
server.listen(0, '127.0.0.1', () => process.stdout.write(`BACKEND_PORT:${server.address().port}\n`))
