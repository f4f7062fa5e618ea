import { join } from 'node:path'
import { execa } from 'execa'
import { describe } from 'vitest'
import { test } from '../cli/command.ts'
import { initIn } from './init-in.ts'
import { KINDS, makeProject, ROOT } from './projects.ts'

/* What `init` writes is checked with the harness's own sources, which takes the compiler seconds each time. */

const TYPESCRIPT = /\.m?ts$/

describe.concurrent('init', { timeout: 120_000 }, () => {
  test.for(Object.entries(KINDS).filter(([, { written }]) => written.some(file => TYPESCRIPT.test(file))))(
    'in %s writes TypeScript that checks',
    async ([, kind], { place, expect }) => {
      await makeProject(place.directory, kind)
      await initIn(place, kind)
      const tsconfig = {
        extends: join(ROOT, 'tsconfig.json'),
        compilerOptions: {
          isolatedDeclarations: false,
          declaration: false,
          typeRoots: [join(ROOT, 'node_modules/@types')],
        },
        files: kind.written.filter(file => TYPESCRIPT.test(file)),
        include: [],
      }
      const path = await place.write('tsconfig.init.json', JSON.stringify(tsconfig))

      const { all } = await execa('tsc', ['-p', path], {
        cwd: place.directory,
        preferLocal: true,
        localDir: ROOT,
        reject: false,
        all: true,
      })
      // What the harness's own sources say is said by their own check.
      expect(all.split('\n').filter(line => kind.written.some(file => line.startsWith(file)))).toEqual([])
    },
  )
})
