import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { RunnerTestCase, RunnerTestFile, TestArtifactBase } from 'vitest'
import type { GateRecording } from '../recording/archive.ts'
import { readProvided } from './provided.ts'

/** Where Vitest keeps attachments, unless its configuration says otherwise. */
const ATTACHMENTS = '.vitest/attachments'
/** Of a test's name: enough to recognise it by in a list of directories. */
const NAME_LENGTH = 60

export interface RecordingArtifact extends TestArtifactBase {
  type: 'sidecar-harness:recording'
  /** The whole recording: a directory, readable by its user alone. */
  directory: string
}

declare module 'vitest' {
  interface TestArtifactRegistry {
    'sidecar-harness:recording': RecordingArtifact
  }
}

/** A recording on disk, and its timeline as a text beside it. */
export interface Kept {
  readonly directory: string
  /** From Vitest's root: what is told to people. */
  readonly shown: string
  readonly timelineFile: string
}

/** Keeps what a test was judged by where Vitest keeps attachments. An earlier one of the same test is replaced. */
export async function keepRecording(
  test: Readonly<RunnerTestCase>,
  recording: GateRecording,
  timeline: string,
): Promise<Kept> {
  const { writeRecording } = await import('../recording/archive.ts')
  const root = rootOf(test.file)
  const attachments = readProvided()?.attachmentsDirectory ?? join(root, ATTACHMENTS)
  const directory = join(attachments, `sidecar-${nameOf(test)}`)
  await writeRecording(directory, recording)
  const timelineFile = join(directory, 'timeline.txt')
  await writeFile(timelineFile, `${timeline}\n`, { mode: 0o600 })
  return { directory, shown: relative(root, directory), timelineFile }
}

/** A file's name is its path from Vitest's root. */
function rootOf({ filepath, name }: Readonly<RunnerTestFile>): string {
  return filepath.endsWith(name) ? filepath.slice(0, -name.length) : process.cwd()
}

function nameOf({ fullName }: Readonly<RunnerTestCase>): string {
  const plain = fullName.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, NAME_LENGTH)
  return `${plain}-${createHash('sha256').update(fullName).digest('hex').slice(0, 8)}`
}
