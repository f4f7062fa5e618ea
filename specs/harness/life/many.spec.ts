import { existsSync, readdirSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { liveToItsEnd, openStage } from './stage.ts'

const LIVES = 50

function descriptors(): number {
  return readdirSync('/proc/self/fd').length
}

test(`${LIVES} lives in a row leave no descriptor, no child, no file and no directory behind`, async () => {
  const before = descriptors()
  const stage = await openStage()
  onTestFinished(() => stage.close())
  const program = await stage.shell('echo out; echo err >&2; echo litter > "$HOME/litter"')
  await liveToItsEnd(await stage.launch(program))
  const afterTheFirst = descriptors()

  for (let count = 1; count < LIVES; count++) await liveToItsEnd(await stage.launch(program))

  expect(descriptors()).toBe(afterTheFirst)
  expect(stage.session.lives.size).toBe(0)
  // Unused pipes are what a session keeps ready.
  expect(readdirSync(stage.session.directory).filter(name => !name.startsWith('pipe-'))).toEqual([])

  await stage.session.close()
  expect(existsSync(stage.session.directory)).toBe(false)
  expect(descriptors()).toBeLessThanOrEqual(before)
})
