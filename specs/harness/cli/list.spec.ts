import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { CLAUSE_IDS } from '../../../harness/contract/catalogue.ts'
import { test } from './command.ts'

interface Listed {
  readonly schema: number
  readonly tool: { readonly name: string }
  readonly clauses: readonly { readonly id: string; readonly level: string; readonly selected: boolean }[]
}

describe.concurrent('check --list', () => {
  test('shows every clause, and needs neither binary nor contract', async ({ place }) => {
    const { code, stdout, stderr } = await place.run('check', '--list')

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const shown = [...stdout.matchAll(/^[+-] (\S+) /gm)].map(([, id]) => id)
    expect(shown).toEqual(CLAUSE_IDS)
    expect(stdout).toMatch(/^- stop\/hangup +may /m)
    expect(stdout).not.toContain('\u001B')
    expect(place.leftovers()).toEqual([])
  })

  test('looks for no binary, and launches none', async ({ place }) => {
    await place.write('sidecar', `#!/bin/sh\ntouch '${join(place.directory, 'trace')}'\n`, 0o755)
    for (const binary of ['sidecar', 'not-there']) {
      expect(await place.run('check', binary, '--list')).toMatchObject({ code: 0, stderr: '' })
    }
    expect(() => readFileSync(join(place.directory, 'trace'))).toThrow('ENOENT')
  })

  test('shows what a contract and a selection make of it', async ({ place }) => {
    const contract = { levels: { 'stop/hangup': 'should' }, waive: { 'stop/killed': 'a tool of ours' } }
    await place.write('contract.json', JSON.stringify(contract))

    const { code, stdout } = await place.run(
      ...['check', '--list', '--config', 'contract.json', '--only', '{stop,port}/*', '--skip', 'port'],
    )

    expect(code).toBe(0)
    expect(stdout).toMatch(/^.*\/contract\.json: 13 of 73 clauses would be judged \(\+\)\n/)
    expect(stdout).toMatch(/^\+ stop\/hangup +should .*\(by default a may\)$/m)
    expect(stdout).toMatch(/^\+ stop\/killed +should .*\(waived: a tool of ours\)$/m)
    expect(stdout).toMatch(/^- port\/taken +must /m)
  })

  test('is data on stdout, and nothing else there or on stderr', async ({ place }) => {
    const { code, stdout, stderr } = await place.run(
      ...['check', '--list', '--reporter', 'json', '--only', 'stop', '--enable', 'stop/hangup'],
    )

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { schema, tool, clauses }: Listed = JSON.parse(stdout)
    expect({ schema, tool }).toMatchObject({ schema: 1, tool: { name: 'sidecar-harness' } })
    expect(clauses.map(({ id }) => id)).toEqual(CLAUSE_IDS)
    expect(clauses.filter(({ selected }) => selected).every(({ id }) => id.startsWith('stop/'))).toBe(true)
    expect(clauses.find(({ id }) => id === 'stop/hangup')).toMatchObject({ level: 'must', selected: true })
  })

  test('is data in a file, and words on stdout', async ({ place }) => {
    const { code, stdout } = await place.run('check', '--list', '--reporter', 'json=list.json')

    expect(code).toBe(0)
    expect(stdout).toMatch(/^\+ stop\/sigterm +must /m)
    const listed: Listed = JSON.parse(readFileSync(join(place.directory, 'list.json'), 'utf8'))
    expect(listed.clauses).toHaveLength(CLAUSE_IDS.length)
  })

  test('does not mind a reader who has read enough', async ({ place }) => {
    const running = place.start(['check', '--list'])
    running.stdout.destroy()

    const { exitCode, stderr } = await running

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })
})
