import { stripVTControlCharacters } from 'node:util'
import { OTHER, type Reading, toReading } from './reading.ts'

/**
 * An address of this machine with its port written out: not the link to the manual in a banner. What follows the port
 * without a slash is the sentence that it stands in.
 */
const LOCAL_URL =
  /\b(?:https?|wss?|tcp):\/\/(?:localhost|[a-z0-9-]+\.localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):\d+(?!\w)(?:[/?#][^\s"'<>)\]]*)?/i

/** Reads the first address in a line, behind a text where one is given. Such lines are made for people, who like colours. */
export function readUrl(line: string, after: string | null): Reading {
  const plain = stripVTControlCharacters(line)
  const from = after === null ? 0 : plain.indexOf(after)
  const url = from === -1 ? undefined : LOCAL_URL.exec(plain.slice(from))?.[0]
  return url === undefined ? OTHER : toReading({ url })
}

/** `1|1|tcp|127.0.0.1:1234|grpc`: docs/internals.md of hashicorp/go-plugin. */
const GO_PLUGIN = /^\d+\|\d+\|(?<network>[a-z0-9]+)\|(?<address>[^|]+)(?:\|.*)?$/

/** Reads the first line of a plugin of hashicorp/go-plugin, which serves on TCP or on a Unix socket. */
export function readGoPlugin(line: string): Reading {
  const { network = '', address = '' } = GO_PLUGIN.exec(line.trim())?.groups ?? {}
  if (network === 'unix') return toReading({ socket: address })
  if (!network.startsWith('tcp')) {
    const expected = 'CORE|APP|tcp|HOST:PORT|grpc'
    return { kind: 'near-miss', why: `the first line has to be go-plugin's, such as ${expected}` }
  }
  const at = address.lastIndexOf(':')
  return toReading({ port: address.slice(at + 1), host: at < 1 ? undefined : address.slice(0, at) })
}
