/** Parts of Node programs that play sidecars in these specs. */

/** An HTTP server that answers the default contract's health request. `server.listen` is left to the program. */
export const HEALTHY_SERVER: string = `
const { createServer } = require('node:http')
const server = createServer((request, response) => {
  const health = { status: 'ok', app: 'stage', timestamp: new Date().toISOString(), uptime: process.uptime() }
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(health))
})
process.once('SIGTERM', () => process.exit(0))
`

/** Listens, and announces the port in the usual line. */
export const ANNOUNCE: string = `
server.listen(0, '127.0.0.1', () => console.log('BACKEND_PORT:' + server.address().port))
`
