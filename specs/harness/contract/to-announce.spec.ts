import { expect, test } from 'vitest'
import { compileGrammar } from '../../../harness/contract/announcement.ts'
import type { AnnounceContract } from '../../../harness/contract/contract.ts'
import type { ContractInput } from '../../../harness/contract/input.ts'
import { toAnnounce } from '../../../harness/contract/to-announce.ts'

const STDOUT = { kind: 'stdout' } as const
const BACKEND_PORT = { kind: 'template', template: 'BACKEND_PORT:{port}' } as const

test.each<[NonNullable<ContractInput['announce']>, AnnounceContract, string]>([
  ['P={port}', { pattern: { kind: 'template', template: 'P={port}' }, on: STDOUT }, 'P={port}'],
  [
    /p(?<port>\d+)/i,
    { pattern: { kind: 'regexp', source: 'p(?<port>\\d+)', flags: 'i' }, on: STDOUT },
    '/p(?<port>\\d+)/i',
  ],
  [
    { source: '(?<url>\\S+)' },
    { pattern: { kind: 'regexp', source: '(?<url>\\S+)', flags: '' }, on: STDOUT },
    '/(?<url>\\S+)/',
  ],
  ['url', { pattern: { kind: 'url', after: null }, on: STDOUT }, 'a URL with its port'],
  ['integer', { pattern: { kind: 'integer' }, on: STDOUT }, 'the port alone on the first line'],
  [
    'go-plugin',
    { pattern: { kind: 'go-plugin' }, on: STDOUT },
    "go-plugin's line CORE|APP|tcp|HOST:PORT|grpc",
  ],
  ['listener', { pattern: { kind: 'listener' }, on: { kind: 'listener' } }, 'a listening socket'],
  [
    { line: 'P={port}', on: 'stderr' },
    { pattern: { kind: 'template', template: 'P={port}' }, on: { kind: 'stderr' } },
    'P={port}',
  ],
  [
    { line: { source: '(?<port>.)', flags: 'u' }, on: 3 },
    {
      pattern: { kind: 'regexp', source: '(?<port>.)', flags: 'u' },
      on: { kind: 'descriptor', descriptor: 3 },
    },
    '/(?<port>.)/u',
  ],
  [
    { line: 'url', after: 'Local:' },
    { pattern: { kind: 'url', after: 'Local:' }, on: STDOUT },
    'a URL with its port after "Local:" in a line',
  ],
  [
    { line: 'integer', file: '{tmp}/port' },
    { pattern: { kind: 'integer' }, on: { kind: 'file', path: '{tmp}/port' } },
    'the port alone on the first line',
  ],
  [
    { json: 'port' },
    { pattern: { kind: 'json', fields: { port: 'port' }, where: {}, after: null }, on: STDOUT },
    'JSON with port',
  ],
  [
    {
      json: { url: 'data.url', token: 'token' },
      where: { type: 'ready', ok: true },
      after: 'up:',
      on: 'stderr',
    },
    {
      pattern: {
        kind: 'json',
        fields: { url: 'data.url', token: 'token' },
        where: { type: 'ready', ok: true },
        after: 'up:',
      },
      on: { kind: 'stderr' },
    },
    '"up:" and JSON with type "ready", ok true, url at data.url, token',
  ],
  // The channel alone moves the line that is the default; a file holds a port and no more.
  [{ on: 'stderr' }, { pattern: BACKEND_PORT, on: { kind: 'stderr' } }, 'BACKEND_PORT:{port}'],
  [
    { file: '{home}/port' },
    { pattern: { kind: 'template', template: '{port}' }, on: { kind: 'file', path: '{home}/port' } },
    '{port}',
  ],
])('%j is plain data, and messages have a word for it', (given, announce, text) => {
  expect(toAnnounce(given)).toEqual(announce)
  expect(JSON.parse(JSON.stringify(announce))).toEqual(announce)
  expect(compileGrammar(announce).text).toBe(text)
})

test.each([
  ['P={port}', true],
  [/(?<port>\d+)/, true],
  [{ json: 'port' }, true],
  ['go-plugin', true],
  ['url', false],
  ['integer', false],
  ['listener', false],
])('%j: that a line is the announcement, wherever it stands, is %j', (given, isUnmistakable) => {
  expect(compileGrammar(toAnnounce(given)).isUnmistakable).toBe(isUnmistakable)
})
