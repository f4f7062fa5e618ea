import { describe, expect, test } from 'vitest'
import { renderAnnotations } from '../../../harness/report/github.ts'
import { printable } from '../../../harness/text/printable.ts'
import { BROKEN, blockedBy, type Found, runOf, verdictFor } from './verdicts.ts'

const render = (given: Found) => renderAnnotations(runOf(verdictFor(given)))

/** As the runner reads a line of output: a command with a title, and both undod. */
function readCommand(line: string) {
  const [, command, title = '', message = ''] = /^::(\w+) title=([^:,]*)::(.*)$/.exec(line) ?? []
  const undo = (text: string) =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%')
  return { command, title: undo(title), message: undo(message) }
}

const commandsOf = (given: Found) => render(given).split('\n').filter(Boolean).map(readCommand)

describe('annotations for GitHub', () => {
  test('are none for a sound sidecar', () => {
    expect(render({})).toBe('')
  })

  test('are an error for what fails, and a warning for what is to be looked at', () => {
    const commands = commandsOf({
      contract: { name: 'notes', waive: { 'stop/killed': 'old', 'port/taken': 'known' } },
      found: { 'logs/on-stderr': BROKEN, 'stop/sigint': BROKEN, 'port/taken': BROKEN },
    })
    expect(commands.map(({ command, title }) => `${command} ${title}`)).toEqual([
      'warning notes: logs/on-stderr',
      'error notes: stop/sigint',
      'warning notes: stop/killed',
    ])
    expect(commands[1]?.message).toMatch(
      /^stop\/sigint \(must\): .*\n {4}expected {2}what was promised\n(.*\n)+ {4}again {5}npx --no-install sidecar-harness check /,
    )
  })

  test('are errors for warnings under strict', () => {
    const commands = commandsOf({ found: { 'logs/on-stderr': BROKEN }, facts: { strict: true } })
    expect(commands.map(({ command }) => command)).toEqual(['error'])
  })

  test('begin with what blocks most, for GitHub shows ten', () => {
    const found = {
      'artifact/size': BROKEN,
      'stop/sigint': BROKEN,
      ...blockedBy('stop/sigint', ['stop/in-flight', 'stop/frees-port']),
    }
    expect(commandsOf({ found }).map(({ title }) => title)).toEqual([
      'sidecar: stop/sigint',
      'sidecar: artifact/size',
    ])
  })

  test('tell of an interruption', () => {
    expect(commandsOf({ facts: { interrupted: true } })).toEqual([
      { command: 'error', title: 'sidecar', message: 'The gate was interrupted before all was judged.' },
    ])
  })

  test('are one line each, and say what was said, whatever that is', () => {
    const said = '100% of ::error title=x::nothing, %0A and\r\nmore: a,b'
    const given: Found = {
      contract: { name: `of ${said}` },
      found: { 'stop/sigint': { ...BROKEN, observed: said } },
    }
    const [command, ...others] = commandsOf(given)
    expect(others).toEqual([])
    expect(command?.title).toBe(`of ${said}: stop/sigint`)
    expect(command?.message).toContain(`    seen      ${printable(said)}\n`)
  })
})
