import type { SoundLives } from './sound-lives.ts'

export const soundStartLives: SoundLives = (id, _contract, ready) =>
  id === 'null-stdin' ? [ready(id).after(250).isAsked('check').stopsOn('SIGTERM')] : null
