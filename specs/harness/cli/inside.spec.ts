import { readFileSync } from 'node:fs'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect } from 'vitest'
import type { VerdictDocument } from '../../../harness/report/verdict-document.ts'
import { makeElf } from '../artifact/headers.ts'
import { type Place, test } from './command.ts'

/* A bundle that is looked into from the command line: what becomes of the exit code and of the reports. */

const SCHEMA = new URL('../../../schema/verdict.schema.json', import.meta.url)
const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')),
)

const ELF = makeElf()

/** A sound copy and one that was patched, and an installer that nobody opens. */
async function layApp(place: Place, patched: boolean): Promise<void> {
  await place.write('backend', ELF, 0o755)
  for (const directory of ['app/deb/usr/bin', 'app/appimage/usr/bin']) {
    await mkdir(join(place.directory, directory), { recursive: true })
  }
  await place.write('app/deb/usr/bin/backend', ELF, 0o755)
  const other = patched ? makeElf({ entryPoint: 0x400079 }) : ELF
  await place.write('app/appimage/usr/bin/backend', other, 0o755)
  await place.write('app/App.AppImage', '')
}

function check(place: Place, ...args: string[]) {
  return place.run('check', 'backend', '--only', 'artifact/executable', '--inside', ...args)
}

describe.concurrent('check --inside', () => {
  test('passes where every copy holds what was tested, and names each', async ({ place }) => {
    await layApp(place, false)
    const { code, stdout, stderr } = await check(place, 'app')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('✔ bundle app: 2 copies\n')
    expect(stdout).toContain('✔ deb/usr/bin/backend: the bytes that were tested\n')
    expect(stdout).toContain('closed    App.AppImage: not looked into\n')
  })

  test('fails with code 1 where one was patched, in every report', async ({ place }) => {
    await layApp(place, true)
    const names = ['json', 'junit', 'markdown', 'html', 'github']
    const reporters = names.flatMap(name => ['--reporter', `${name}=${name}.txt`])
    const { code, stdout } = await check(place, 'app', ...reporters, '--artifacts', 'recording')
    expect(code).toBe(1)
    expect(stdout).toContain('✖ bundle app: 2 copies\n')
    expect(stdout).toContain('bundle   the gate fails: what is in the bundle is not what was tested\n')
    expect(stdout).toMatch(/^fail +1 pass, 0 fail;/m)
    const said = '1 byte differs, the first at offset 24 (0x18), in the ELF header'
    const report = (name: string) => readFileSync(join(place.directory, `${name}.txt`), 'utf8')
    for (const name of names) expect(report(name), name).toContain(said)
    expect(report('junit')).toContain('tests="2" failures="1"')
    expect(report('github')).toMatch(/^::error title=sidecar%3A bundle::/m)

    const document: VerdictDocument = JSON.parse(report('json'))
    expect(validate(document) ? null : validate.errors).toBeNull()
    const [sidecar] = document.sidecars
    expect(document.verdict).toBe('fail')
    expect(sidecar?.bundle).toMatchObject({
      outcome: 'fail',
      unopened: ['App.AppImage'],
      copies: [
        { path: 'appimage/usr/bin/backend', outcome: 'fail', is: 'changed' },
        { path: 'deb/usr/bin/backend', outcome: 'pass', is: 'same', sha256: sidecar?.file.sha256 },
      ],
    })
    // It is in the recording, so it can be judged again where there is no bundle.
    const again = await place.run('replay', 'recording')
    expect(again.code).toBe(1)
    expect(again.stdout).toContain(said)
  })

  test('a copy that is missing, or lost its mode, or is a link away, fails it', async ({ place }) => {
    await place.write('backend', ELF, 0o755)
    await mkdir(join(place.directory, 'app'))
    const none = await check(place, 'app')
    expect(none.code).toBe(1)
    expect(none.stdout).toMatch(/^ {4}seen {6}no backend anywhere in /m)
    await cp(join(place.directory, 'backend'), join(place.directory, 'app', 'backend'))
    await place.write('app/backend', ELF, 0o644)
    expect((await check(place, 'app')).stdout).toContain('not everybody may read and execute it: mode 0644')
    await mkdir(join(place.directory, 'linked'))
    await symlink('../backend', join(place.directory, 'linked', 'backend'))
    expect((await check(place, 'linked')).stdout).toContain('it is a link out of the bundle, to ../backend')
  })

  test('what is no directory is told before anything is judged, with what makes it one', async ({
    place,
  }) => {
    await place.write('backend', ELF, 0o755)
    await mkdir(join(place.directory, 'bundle'))
    await place.write('App.AppImage', '')
    await place.write('notes.txt', '')
    const told = async (path: string) => {
      const { code, stdout, stderr } = await check(place, path)
      expect({ path, code, stdout }).toEqual({ path, code: 2, stdout: '' })
      return stderr
    }
    expect(await told('bundel')).toBe('--inside bundel does not exist. Did you mean bundle?\n')
    expect(await told('App.AppImage')).toMatch(
      /is not unpacked.*\n {2}\.\/App\.AppImage --appimage-extract\n$/,
    )
    expect(await told('notes.txt')).toContain('is no directory')
    expect(await told('')).toContain('names no directory')
  })
})
