import { type Exchange, exchangesOf } from '../recording/exchanges.ts'
import { firstEvent } from '../recording/query.ts'
import type { LifeRecording } from '../recording/recording.ts'
import { printable } from '../text/printable.ts'
import { blocked, type Clause, type Finding, fail, type JudgeInput, pass, skipped } from './clause.ts'
import { sockets } from './words.ts'

/** The life in which it is asked by other names, and by strangers. */
export const QUESTIONS = 'net-questions'

/** What was never asked was never answered wrongly. */
export const NOTHING_ASKED: Finding = skipped('nothing of the kind was asked')

/** What a connection fails with where the machine has no such address: IPv6 may be switched off. */
const NO_SUCH_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH']

const localhostReachable: Clause = {
  id: 'net/localhost-reachable',
  asks: 'http',
  scenarios: [QUESTIONS],
  judge({ contract, livesOf }) {
    const reached: string[] = []
    for (const life of livesOf(QUESTIONS)) {
      const port = firstEvent(life, 'announcement')?.port
      const expected = `http://localhost:${port} reaches it, whether localhost stands for 127.0.0.1 or for ::1`
      for (const { request, connected, response, failure } of exchangesOf(life, 'localhost')) {
        if (failure !== null && NO_SUCH_ADDRESS.includes(failure.code)) {
          return skipped(`this machine has no address ${request.address}`)
        }
        if (response?.status === contract.health.status) {
          reached.push(request.address)
          continue
        }
        const own = firstEvent(life, 'listeners')?.listeners ?? []
        const where = own.length === 0 ? '' : `: it listens on ${sockets(own)}`
        const seen =
          response !== null
            ? `at ${request.address}, asked for localhost, it answered with ${response.status}`
            : connected === null
              ? `no connection to ${request.address} (${failure?.code ?? 'no answer'})${where}`
              : `at ${request.address}, asked for localhost, no answer: ${printable(failure?.message ?? '')}`
        return fail(expected, seen, { life, atMs: (response ?? failure ?? request).atMs })
      }
    }
    return reached.length === 0 ? NOTHING_ASKED : pass(`at ${reached.join(' and at ')}`)
  },
}

const foreignHostRefused: Clause = {
  id: 'net/foreign-host-refused',
  asks: 'http',
  scenarios: [QUESTIONS],
  needs: ['resources/stays-up'],
  judge({ contract, livesOf }) {
    let refused = 0
    for (const life of livesOf(QUESTIONS)) {
      if (!answersOthers(life, contract)) return blocked('resources/stays-up')
      for (const { request, response, failure, connected } of exchangesOf(life, 'foreign host')) {
        const expected = `a request for ${request.headers.host}, as a page sends it whose name was made to resolve to this machine, is refused (4xx, or the connection is closed)`
        const no = (observed: string) =>
          fail(expected, observed, { life, atMs: (response ?? failure ?? request).atMs })
        if (response !== null && (response.status < 400 || response.status > 499)) {
          return no(`it was answered with ${response.status}`)
        }
        if (response === null && (connected === null || failure?.code === 'ETIMEDOUT')) {
          return no(`it got no answer: ${printable(failure?.message ?? '')}`)
        }
        // Hanging up is a refusal, falling over is none.
        if (response === null && !answersAfterwards(life, contract)) {
          return no('the connection was closed, and from then on it answered nobody')
        }
        refused++
      }
    }
    return refused === 0 ? NOTHING_ASKED : pass(`${refused} such requests refused`)
  },
}

type Contract = JudgeInput['contract']

/** Whether it answers a plain request after the first one: who answers nobody refuses nobody. */
export function answersOthers(life: LifeRecording, contract: Contract): boolean {
  return isGood(exchangesOf(life, 'check')[0], contract)
}

function answersAfterwards(life: LifeRecording, contract: Contract): boolean {
  return isGood(exchangesOf(life, 'check').at(-1), contract)
}

function isGood(exchange: Exchange | undefined, { health }: Contract): boolean {
  return exchange?.response?.status === health.status
}

export const nameClauses: readonly Clause[] = [localhostReachable, foreignHostRefused]
