import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
const manifest = JSON.parse(read('package.json'))

/** What the sources import, whether it is installed beside the package or a part of it. */
function importedPackages(): readonly string[] {
  const root = new URL('../../../harness/', import.meta.url)
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  )
  return sources.flatMap(file => {
    const code = readFileSync(new URL(file, root), 'utf8')
    // With a colon it is Node's, and what has a dot is ours.
    const imports = code.matchAll(/^.*\b(?:from |import\()'((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?'\)?;?$/gm)
    // What `init` writes imports the package itself.
    return Array.from(imports, ([, name = '']) => name).filter(name => name !== manifest.name)
  })
}

describe('package.json', () => {
  test('points the workspace at the sources, and who installs the package at what was built from them', () => {
    const { exports, bin, publishConfig } = manifest

    expect(Object.keys(publishConfig.exports)).toEqual(Object.keys(exports))
    expect(Object.keys(publishConfig.bin)).toEqual(Object.keys(bin))
    for (const [subpath, target] of Object.entries<string>(exports)) {
      if (!target.includes('*'))
        expect(existsSync(new URL(`../../../${target}`, import.meta.url)), target).toBe(true)
      if (target.endsWith('.ts')) {
        expect(publishConfig.exports[subpath].types).toMatch(/^\.\/dist\/[\w-]+\.d\.ts$/)
        expect(publishConfig.exports[subpath].default).toMatch(/^\.\/dist\/[\w-]+\.js$/)
      }
    }
  })

  test('forces a large tool on nobody', () => {
    for (const name of Object.keys(manifest.peerDependencies)) {
      expect(manifest.peerDependenciesMeta[name], name).toEqual({ optional: true })
    }
    expect(Object.keys(manifest.dependencies)).not.toContain('esbuild')
  })

  test('has no dependency that the README gives no reason for', () => {
    const readme = read('README.md')
    const table = readme.slice(
      readme.indexOf('| dependency'),
      readme.indexOf('\n\n', readme.indexOf('| dependency')),
    )
    const named = table
      .split('\n')
      .slice(2)
      .flatMap(row => {
        const [, first = ''] = row.split('|')
        return first
          .replace('optional:', '')
          .split(',')
          .map(name => /\[?(@?[\w-]+(?:\/[\w-]+)?)/.exec(name)?.[1])
      })

    const { dependencies, peerDependencies } = manifest
    const known = new Set([...Object.keys({ ...dependencies, ...peerDependencies }), ...importedPackages()])
    expect(named.toSorted()).toEqual([...known].toSorted())
  })

  test('has its version in the changelog', () => {
    expect(read('CHANGELOG.md')).toContain(manifest.version)
  })
})
