import { describe, expect, test } from 'vitest'
import { findNameProblem, findNameRisk, type NameProblem } from '../../../harness/artifact/naming.ts'

const GNU = 'x86_64-unknown-linux-gnu'

function judge(name: string, triple: string | null = GNU): NameProblem | null {
  return findNameProblem({ name, triple })
}

test.each([
  `backend-${GNU}`,
  'my-backend-aarch64-apple-darwin',
  'backend-universal-apple-darwin',
  'backend-x86_64-pc-windows-msvc.exe',
  'backend-x86_64-pc-windows-gnu.EXE',
  `backend.v2-${GNU}`,
])('%s is a name that a bundler finds', name => {
  expect(judge(name)).toBeNull()
})

describe('a name that no bundler finds', () => {
  test.each([
    // What comes out of packers and releases, in the words of others.
    ['backend-linux-x64', `backend-${GNU}`, '"linux-x64" is no target triple'],
    ['backend-x64-linux', `backend-${GNU}`, '"x64-linux" is no target triple'],
    ['backend_linux_amd64', `backend-${GNU}`, '"linux_amd64" is no target triple'],
    ['backend-macos-arm64', 'backend-aarch64-apple-darwin', '"macos-arm64" is no target triple'],
    ['backend-win.exe', 'backend-x86_64-pc-windows-msvc.exe', '"win" is no target triple'],
    ['backend-x86_64', `backend-${GNU}`, '"x86_64" is no target triple'],
    ['backend', `backend-${GNU}`, 'there is no target triple at its end'],
    ['backend.exe', 'backend-x86_64-pc-windows-msvc.exe', 'there is no target triple at its end'],
    ['my-cool-backend-server', `my-cool-backend-server-${GNU}`, 'there is no target triple at its end'],
    // The triple is there, and something is wrong with it.
    [`${GNU}-backend`, `backend-${GNU}`, 'the target triple has to stand at its end'],
    [`backend-${GNU}-v2`, `backend-v2-${GNU}`, 'the target triple has to stand at its end'],
    [GNU, `<name>-${GNU}`, 'there is no name before the triple'],
    [`-${GNU}`, `<name>-${GNU}`, 'there is no name before the triple'],
    [`backend_${GNU}`, `backend-${GNU}`, '"-" has to stand between name and triple, not "_"'],
    [`backend-${GNU.toUpperCase()}`, `backend-${GNU}`, 'a target triple has no capital letters'],
    ['backend-x86_64-unknown-linux-gn', `backend-${GNU}`, '"x86_64-unknown-linux-gn" is no target triple'],
    ['backend-x86_64-linux-gnu', `backend-${GNU}`, '"x86_64-linux-gnu" is no target triple'],
    [
      'backend-arm64-apple-darwin',
      'backend-aarch64-apple-darwin',
      '"arm64-apple-darwin" is no target triple',
    ],
    // .exe stands where it does not belong, or does not where it does.
    [`backend-${GNU}.exe`, `backend-${GNU}`, `.exe is for Windows, and ${GNU} is not`],
    [
      'backend-x86_64-pc-windows-msvc',
      'backend-x86_64-pc-windows-msvc.exe',
      'for Windows it has to end in .exe',
    ],
    [
      'backend.exe-x86_64-pc-windows-msvc',
      'backend-x86_64-pc-windows-msvc.exe',
      '.exe has to stand behind the triple',
    ],
  ])('%s', (name, wanted, complaint) => {
    const triple = wanted.includes('apple')
      ? 'aarch64-apple-darwin'
      : wanted.includes('windows')
        ? 'x86_64-pc-windows-msvc'
        : GNU
    expect(judge(name, triple)).toEqual({
      expected: `the name ${wanted}, which is what Tauri's externalBin looks for`,
      observed: `Its name is ${name}: ${complaint}.`,
    })
  })

  test('a script says nothing of its target', () => {
    expect(judge('backend', null)?.expected).toMatch(/^the name backend-<target-triple>, /)
  })
})

test('a dot is worth a word where Windows is the target', () => {
  expect(findNameRisk({ name: 'my.backend-x86_64-pc-windows-msvc.exe' })).toMatch(
    /last dot.*find my\.backend$/,
  )
  expect(findNameRisk({ name: 'backend-x86_64-pc-windows-msvc.exe' })).toBeNull()
  expect(findNameRisk({ name: `my.backend-${GNU}` })).toBeNull()
})
