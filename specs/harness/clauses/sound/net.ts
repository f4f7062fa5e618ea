import { questioned } from '../questioned.ts'
import type { SoundLives } from './sound-lives.ts'

export const soundNetLives: SoundLives = (id, { net }, ready) =>
  id === 'net-questions' ? [questioned(ready(id).isSeen(), net).stopsOn('SIGTERM')] : null
