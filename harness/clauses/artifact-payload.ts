import { describePayload, findMissingApplication, namedProgram } from '../artifact/application.ts'
import { judgeLaunchable } from '../artifact/launchable.ts'
import { printable } from '../text/printable.ts'
import { blocked, type Clause, fail, pass, skipped } from './clause.ts'

export const payload: Clause = {
  id: 'artifact/payload',
  scenarios: [],
  judge({ artifact, contract, machine }) {
    // What is wrong with a signature says nothing of what is inside.
    const isWhole = artifact.defects.every(({ kind }) => kind === 'unsigned' || kind === 'broken-signature')
    const isSound = isWhole || judgeLaunchable(artifact, machine).launchable
    if (!isSound) return blocked('artifact/native-format')
    const program = namedProgram(contract.args)
    // The arguments of what is no runtime, or has its application inside, are its own affair.
    if (program !== null && artifact.payload !== null && artifact.payload.state !== 'carried') {
      return skipped(`its arguments name the program: ${printable(program)}`)
    }
    const missing = findMissingApplication(artifact, contract)
    if (missing !== null)
      return fail('an application inside the runtime that a packer started from', missing, null)
    if (artifact.payload?.state === 'carried') return pass(describePayload(artifact.payload))
    if (artifact.payload !== null) return pass('its application is in a file that is installed beside it')
    if (artifact.format === 'script') return pass('a script is its own application')
    // Recordings of before other formats were read have no signature of theirs either.
    if (artifact.format === 'elf' || artifact.signature != null)
      return pass("a program of its own: it shows the marks of no packer's runtime")
    return skipped(`what a packer put into a program for ${artifact.os ?? 'an unknown system'} is not read`)
  },
}
