import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { GateFacts } from '../../../harness/gate/verdict.ts'
import { addUp } from '../../../harness/gate/verdict.ts'
import { reproduce } from '../../../harness/report/reproduce.ts'
import { shellCommand } from '../../../harness/text/shell.ts'
import { evidenceOf } from '../clauses/evidence.ts'
import { FACTS } from './verdicts.ts'

interface Given {
  readonly path?: string
  readonly file?: string
  readonly name?: string
  readonly facts?: Partial<GateFacts>
}

function commandFor({ path, file, name, facts }: Given, host = {}): string {
  const evidence = evidenceOf({ artifact: path === undefined ? {} : { path }, only: [], host })
  const contract = { ...evidence.contract, file: file ?? null, name: name ?? 'notes' }
  return reproduce(
    addUp([], { ...evidence, contract }, { ...FACTS, ...facts }),
    'stop/sigterm',
    '/home/me/app',
  )
}

describe('the command that judges a clause again', () => {
  test.each<[string, Given, string]>([
    [
      'names a binary that was named, from here',
      { path: '/home/me/app/dist/backend' },
      'npx --no-install sidecar-harness check dist/backend --only stop/sigterm',
    ],
    [
      'names one that lies elsewhere whole',
      { path: '/opt/backend' },
      'npx --no-install sidecar-harness check /opt/backend --only stop/sigterm',
    ],
    [
      'leaves to the contract what the contract chose',
      { file: '/home/me/app/sidecar.config.ts', facts: { chosenBy: 'contract' } },
      'npx --no-install sidecar-harness check --config sidecar.config.ts --only stop/sigterm',
    ],
    [
      'names a binary that the environment named, which may have another by then',
      { path: '/opt/backend', file: '/home/me/app/sidecar.config.ts', facts: { chosenBy: 'environment' } },
      'npx --no-install sidecar-harness check /opt/backend --config sidecar.config.ts --only stop/sigterm',
    ],
    [
      'names the contract where its file holds several',
      { file: '/home/me/app/c.json', name: 'my notes', facts: { chosenBy: 'contract', oneOfSeveral: true } },
      "npx --no-install sidecar-harness check --config c.json --sidecar 'my notes' --only stop/sigterm",
    ],
    [
      'asks for what was asked for',
      { path: '/opt/b', facts: { strict: true, timeScale: 2.5 } },
      'npx --no-install sidecar-harness check /opt/b --only stop/sigterm --time-scale 2.5 --strict',
    ],
    [
      'can be pasted into a shell',
      { path: '/home/me/app/it\'s $HOME; rm -rf "x"/backend' },
      `npx --no-install sidecar-harness check 'it'\\''s $HOME; rm -rf "x"/backend' --only stop/sigterm`,
    ],
    [
      'does not take a file for an option',
      { path: '/home/me/app/--port' },
      'npx --no-install sidecar-harness check ./--port --only stop/sigterm',
    ],
  ])('%s', (_what, given, command) => {
    expect(commandFor(given)).toBe(command)
  })

  test('looks through the same tools', () => {
    expect(commandFor({ path: '/opt/b' }, { kind: 'posix' })).toMatch(/ --host posix$/)
    expect(commandFor({ path: '/opt/b' }, { kind: 'posix', os: 'macos' })).not.toContain('--host')
  })
})

describe('a command for a shell', () => {
  const WORDS = [
    'plain',
    '',
    'a b',
    "it's",
    '$HOME',
    '`id`',
    '"q"',
    'a\\b',
    'a;b',
    '*',
    '~',
    'ünï',
    'a\nb',
    '!x',
  ]

  test('is what the shell makes of it', () => {
    const script = `for word in ${shellCommand(WORDS, 'linux')}; do printf '%s\\0' "$word"; done`
    expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(
      WORDS,
    )
  })

  test('is quoted on Windows as cmd and PowerShell have it', () => {
    expect(shellCommand(['C:\\app\\b.exe', 'C:\\my app\\b.exe', 'stop/sigterm'], 'win32')).toBe(
      'C:\\app\\b.exe "C:\\my app\\b.exe" stop/sigterm',
    )
  })
})
