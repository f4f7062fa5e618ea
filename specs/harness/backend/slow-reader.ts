import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { get } from './backend.ts'

/** Asks, and reads nothing of the answer before it is asked to. The connection is closed with the test. */
export async function askAndWait(port: number, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  await once(socket, 'connect')
  socket.pause().write(get(path))
  return socket
}

/** Reads all that comes, and returns the length of the body. A connection that is reset ends it, too. */
export async function readBodyBytes(socket: Socket): Promise<number> {
  const chunks: Buffer[] = []
  socket.on('error', () => {})
  socket.on('data', chunk => chunks.push(chunk)).resume()
  await once(socket, 'close')
  const answer = Buffer.concat(chunks)
  return answer.length - answer.indexOf('\r\n\r\n') - '\r\n\r\n'.length
}

/** Waits until nobody is accepted any more: the server has begun to close. */
export async function whenRefused(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const refused = await once(socket, 'connect').then(
      () => false,
      () => true,
    )
    socket.destroy()
    if (refused) return
  }
}
