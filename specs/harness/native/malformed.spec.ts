import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dial, exitOf, get, portOf } from '../backend/backend.ts'
import { getOnce, needsCompiler, startNative, statusesIn } from './native.ts'

needsCompiler()

const HEAD = 'GET /health HTTP/1.1\r\nHost: localhost\r\n'
const LONGEST_HEAD_BYTES = 16 * 1024

/** A head of so many bytes. */
function headOf(bytes: number): string {
  return `${HEAD}X: ${'x'.repeat(bytes - `${HEAD}X: \r\n\r\n`.length)}\r\n\r\n`
}

const MALFORMED: Readonly<Record<string, string>> = {
  'no request at all': 'hello\r\n',
  'no version': 'GET /health\r\n',
  'another version': 'GET /health HTTP/3.0\r\n',
  "HTTP/2's preface": 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'the beginning of TLS': '\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003',
  'a NUL': `GET /\0 HTTP/1.1\r\n`,
  'line feeds alone': HEAD.replaceAll('\r', ''),
  'a carriage return alone': `GET /\rhealth HTTP/1.1\r\n`,
  'a target that is none': 'GET health HTTP/1.1\r\n',
  'two spaces': 'GET  /health HTTP/1.1\r\n',
  'no Host': 'GET /health HTTP/1.1\r\n\r\n',
  'two Hosts': `${HEAD}Host: localhost\r\n\r\n`,
  'a header without a colon': `${HEAD}header\r\n\r\n`,
  'a header without a name': `${HEAD}: value\r\n\r\n`,
  'a space before the colon': `${HEAD}Name : value\r\n\r\n`,
  'a folded header': `${HEAD}Name: a\r\n b\r\n\r\n`,
  'a negative length': `${HEAD}Content-Length: -1\r\n\r\n`,
  'two lengths': `${HEAD}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`,
  'a length and a coding': `${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc`,
}

describe('the native sidecar, asked what nobody should ask', () => {
  it.each(Object.entries(MALFORMED))('answers 400 to %s, and hangs up', async (_what, text) => {
    const sidecar = await startNative()
    const port = await portOf(sidecar)
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => {
      socket.destroy()
    })
    let received = ''
    socket.setEncoding('latin1').on('data', data => {
      received += data
    })
    socket.write(text, 'latin1')
    await once(socket, 'close')

    expect(statusesIn(received)).toEqual([400])
    expect(received).toMatch(/\r\nConnection: close\r\n[\s\S]*\{"error":"malformed request"\}$/)
    await expectToServe(port)
  })

  it('answers 431 to a head over 16 KiB, and hangs up, whatever still comes', async () => {
    const port = await portOf(await startNative())
    const { socket, received } = await dial(port, headOf(LONGEST_HEAD_BYTES))
    socket.write(headOf(LONGEST_HEAD_BYTES + 1))
    expect(statusesIn(await received)).toEqual([200, 431])

    const endless = await dial(port, `${HEAD}X: ${'x'.repeat(4 * 1024 * 1024)}`)
    expect(statusesIn(await endless.received)).toEqual([431])
    await expectToServe(port)
  })

  it('does not mind who leaves in the middle of things', async () => {
    const sidecar = await startNative()
    const port = await portOf(sidecar)
    const texts = [
      '',
      'GET /hea',
      get('/health'),
      get('/slow?ms=20'),
      get('/health').repeat(500),
      'hello\r\n',
    ]
    for (const text of texts) {
      for (const leave of ['destroy', 'end', 'resetAndDestroy'] as const) {
        const { socket, received } = await dial(port, text)
        socket[leave]()
        await received
      }
    }
    await expectToServe(port)
    sidecar.child.kill('SIGTERM')
    expect(await exitOf(sidecar)).toEqual({ code: 0, signal: null })
  })

  it('answers beside 1,500 connections that say nothing, of which it gives up the oldest', async () => {
    const sidecar = await startNative()
    const port = await portOf(sidecar)
    const kept = await dial(port, get('/health'))
    await once(kept.socket, 'data')
    const silent: Socket[] = []
    onTestFinished(() => {
      for (const socket of silent) socket.destroy()
    })
    for (let count = 0; count < 1_500; count++) {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      await once(socket, 'connect')
      silent.push(socket)
    }

    await expectToServe(port)
    // Accepted in their order: with the youngest of them answered, the fate of the oldest is known.
    silent.at(-1)?.write(get('/health'))
    await once(silent.at(-1) as Socket, 'data')
    kept.socket.write(get('/health'))
    await once(kept.socket, 'data')
    const lost = silent.findIndex(socket => !socket.destroyed && !socket.readableEnded)
    expect(lost).toBeGreaterThanOrEqual(1_500 - 1_024)
    expect(silent.slice(lost).filter(socket => socket.destroyed)).toEqual([])
  })
})

async function expectToServe(port: number): Promise<void> {
  expect(statusesIn(await (await dial(port, getOnce('/health'))).received)).toEqual([200])
}
