import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect } from 'vitest'
import { type Place, type Ran, type StartOptions, test } from '../cli/command.ts'
import { NEEDS_SETPRIV, withoutPrivileges } from '../life/privileges.ts'
import {
  expectNothingLeft,
  expectSound,
  isPossible,
  NEEDS_ROOT,
  soundSidecar,
  withMounts,
} from './surroundings.ts'

/* A project that is mounted to be read, as in a container, or belongs to somebody else. */

const sidecar = soundSidecar()

const CAN_BIND = isPossible(withMounts('mount --bind /mnt /mnt && mount -o remount,bind,ro /mnt'))

interface Project {
  readonly name: string
  /** Runs the command line in it; undefined where that cannot be had here. */
  run(place: Place, ...args: string[]): Promise<Ran> | undefined
}

const PROJECTS: readonly Project[] = [
  {
    name: 'that is mounted read-only',
    run(place, ...args) {
      const project = `'${place.directory}/project'`
      const script = `mount --bind ${project} ${project} && mount -o remount,bind,ro ${project} && cd ${project}`
      return CAN_BIND ? place.runWith({ through: withMounts(script) }, ...args) : undefined
    },
  },
  {
    name: 'of mode 0555',
    run(place, ...args) {
      const through = withoutPrivileges()
      if (through === undefined) return undefined
      const options: StartOptions = {
        below: 'project',
        through: ['sh', '-c', 'chmod 555 . && exec "$@"', 'sh', ...through],
      }
      return place.runWith(options, ...args)
    },
  },
]

/** A project with a sidecar in it, and an entry that one could be built from. */
async function makeProject(place: Place): Promise<void> {
  mkdirSync(join(place.directory, 'project/dist'), { recursive: true })
  copyFileSync(sidecar(), join(place.directory, 'project/dist/backend'))
  await place.write('project/package.json', '{ "name": "project", "type": "module" }')
  await place.write('project/main.js', 'console.log("BACKEND_PORT:1")\n')
  await place.write(
    'project/build.config.json',
    JSON.stringify({ binary: 'dist/built', build: { entry: 'main.js' } }),
  )
}

const SAYS_WHY = /EROFS: read-only file system|EACCES: permission denied|cannot be written/

describe.each(PROJECTS)('a project $name', ({ run }) => {
  test('is enough for a check and for debug, which write nothing into it', async ({ place, skip }) => {
    await makeProject(place)
    const ran = await run(place, 'check', 'dist/backend')
    if (ran === undefined) return skip(`${NEEDS_ROOT}; ${NEEDS_SETPRIV}`)

    await expectSound(place, ran)
    const debugged = await run(place, 'debug', 'dist/backend', '--once')
    expect(debugged).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(join(place.directory, 'project')).sort()).toEqual([
      'build.config.json',
      'dist',
      'main.js',
      'package.json',
    ])
  })

  test.for([
    ['a recording', ['check', 'dist/backend', '--artifacts', 'kept'], 2, 'kept'],
    ['a recording of debug', ['debug', 'dist/backend', '--artifacts', 'kept'], 2, 'kept'],
    ['a report', ['check', 'dist/backend', '--reporter', 'json=gate.json'], 2, 'gate.json'],
    ['a contract file', ['init'], 2, 'sidecar.config.js'],
  ] as const)(
    'is told by name where %s would have to be written, before anything is launched',
    async ([, args, code, what], { place, skip }) => {
      await makeProject(place)
      const ran = await run(place, ...args)
      if (ran === undefined) return skip(`${NEEDS_ROOT}; ${NEEDS_SETPRIV}`)

      expect(ran.stderr).toMatch(SAYS_WHY)
      expect(ran.stderr).toContain(what)
      expect(ran.stderr).not.toContain('    at ')
      expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' })
      expect(existsSync(join(place.directory, 'project', what))).toBe(false)
      await expectNothingLeft(place)
    },
  )

  test('is told by a build that would put its binary there', async ({ place, skip }) => {
    await makeProject(place)
    await place.write('project/dist/.keep', '')
    chmodSync(join(place.directory, 'project/dist'), 0o555)
    const ran = await run(place, 'build', '--config', 'build.config.json')
    if (ran === undefined) return skip(`${NEEDS_ROOT}; ${NEEDS_SETPRIV}`)

    expect(ran.stderr).toMatch(
      /^built-\S+ cannot be put where it belongs: \S+project\/dist cannot be written\.\n {2}(EROFS|EACCES): .*\n$/m,
    )
    expect(ran.stderr).not.toContain('    at ')
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 3, stdout: '' })
    await expectNothingLeft(place)
  })

  test('is enough for a build that puts it elsewhere, and keeps no note of it', async ({ place, skip }) => {
    await makeProject(place)
    await place.write(
      'project/build.config.json',
      JSON.stringify({ binary: join(place.directory, 'built'), build: { entry: 'main.js' } }),
    )
    const ran = await run(place, 'build', '--config', 'build.config.json')
    if (ran === undefined) return skip(`${NEEDS_ROOT}; ${NEEDS_SETPRIV}`)

    expect({ code: ran.code, stderr: ran.stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^proof /m),
    })
    expect(existsSync(resolve(place.directory, 'project', ran.stdout.trim()))).toBe(true)
    await expectNothingLeft(place)
  })
})
