import type { Topic } from '../topic.ts'
import { fleet } from './fleet.ts'
import { flood } from './flood.ts'
import { gate } from './gate.ts'
import { ready, stop } from './lives.ts'
import { recording } from './recording.ts'
import { spawn } from './spawn.ts'
import { start } from './start.ts'

/** Everything that is measured, in the order of the report. */
export const TOPICS: readonly Topic[] = [ready, stop, spawn, gate, fleet, flood, start, recording]
