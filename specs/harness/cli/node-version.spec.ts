import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { NodeTooOldError, OLDEST_NODE, requireNode } from '../../../harness/cli/node-version.ts'

describe('a Node that is too old', () => {
  test.each(['20.20.2', '22.18.0', '18.0.0'])('is told which one is needed: %s', version => {
    expect(() => requireNode(version)).toThrow(NodeTooOldError)
    expect(() => requireNode(version)).toThrow(
      `sidecar-harness needs Node 22.19 or newer, and this is ${version} (${process.execPath}).`,
    )
  })

  test.each(['22.19.0', '24.0.0', '26.1.0'])('is not this one: %s', version => {
    expect(() => requireNode(version)).not.toThrow()
  })

  test('is the same as in package.json', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
    expect(manifest.engines.node).toBe(`>=${OLDEST_NODE.join('.')}.0`)
  })
})
