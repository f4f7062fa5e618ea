import { describe, expect, test } from 'vitest'
import { HostLookupError } from '../../../harness/host/host.ts'
import { asShortage } from '../../../harness/host/shortage.ts'
import { requireNoShortage } from '../../../harness/life/shortage.ts'
import type { LifeEvent } from '../../../harness/recording/recording.ts'

function failing(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code })
}

describe('an error of the surroundings', () => {
  test.each([
    [
      'EMFILE',
      failing("EMFILE: too many open files, open 'x'", 'EMFILE'),
      /\(ulimit -n\).*too many open files, open/,
    ],
    [
      'EMFILE of a spawn',
      failing('spawn /bin/sh EMFILE', 'EMFILE'),
      /\(ulimit -n\).*\(spawn \/bin\/sh EMFILE\)\.$/,
    ],
    ['ENFILE', failing('ENFILE: file table overflow', 'ENFILE'), /fs\.file-max/],
    [
      'EAGAIN of a spawn',
      failing('spawn mkfifo EAGAIN', 'EAGAIN'),
      /\(ulimit -u, or the container's limit of pids\)/,
    ],
    ['ENOSPC', failing('ENOSPC: no space left on device, write', 'ENOSPC'), /^The disk is full/],
    [
      'a full disk in the words of a tool',
      failing("Command failed: cp a b\ncp: error writing 'b': No space left on device\n"),
      /^The disk is full: .* \(cp: error writing 'b': No space left on device\)\.$/,
    ],
    [
      'one that another error has for its cause',
      new HostLookupError('/proc', '/proc cannot be listed', {
        cause: failing('EMFILE: too many', 'EMFILE'),
      }),
      /\(ulimit -n\)/,
    ],
  ])('is told as a shortage: %s', (_, error, said) => {
    expect(asShortage(error)?.message).toMatch(said)
    expect(asShortage(error)?.blame).toBe('machine')
  })

  test.each([
    ['a refused connection', failing('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED')],
    ['what is to be read again', failing('EAGAIN: resource temporarily unavailable, read', 'EAGAIN')],
    ['a sentence about it', failing('the sidecar said ENOSPC')],
    ['no error at all', 'EMFILE'],
  ])('is none: %s', (_, error) => {
    expect(asShortage(error)).toBeNull()
  })
})

describe('the recording of a life', () => {
  const at = (event: object): LifeEvent => ({ atMs: 1, ...event }) as LifeEvent
  const emfile = 'connect EMFILE 127.0.0.1:40000 - Local (undefined:undefined)'

  test.each([
    ['a request', { type: 'request-failed', request: 1, code: 'EMFILE', message: emfile, receivedBytes: 0 }],
    ['a launch', { type: 'launch-failed', code: 'EAGAIN', message: 'spawn /x EAGAIN' }],
    ['a held connection', { type: 'held-open', connection: 'silent', error: emfile }],
    ['raw bytes', { type: 'raw-exchange', error: emfile }],
    ['one of many requests', { type: 'volley', failures: [{ what: `EMFILE: ${emfile}`, count: 3 }] }],
    ['its port', { type: 'port-freed', port: 1, free: false, error: 'EMFILE', holders: [] }],
  ])('tells that the harness ran out of something, by %s', (_, event) => {
    expect(() => requireNoShortage([at(event)])).toThrow(/raise the limit/)
  })

  test.each([
    ['a request', { type: 'request-failed', code: 'ECONNRESET', message: 'read ECONNRESET' }],
    // What the kernel says of a file whose segments it cannot map, too.
    ['a launch', { type: 'launch-failed', code: 'ENOMEM', message: 'spawn /x ENOMEM' }],
    ['a held connection', { type: 'held-open', connection: 'silent', error: null }],
    ['its port', { type: 'port-freed', port: 1, free: false, error: 'EADDRINUSE', holders: [] }],
    ['a body', { type: 'response', body: 'EMFILE: too many open files' }],
  ])('does not, by %s', (_, event) => {
    expect(() => requireNoShortage([at(event)])).not.toThrow()
  })
})
