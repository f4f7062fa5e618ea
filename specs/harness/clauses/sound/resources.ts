import { IDLE_WINDOW } from '../../../../harness/recording/usage.ts'
import type { SoundLives } from './sound-lives.ts'

export const soundResourcesLives: SoundLives = (id, { resources }, ready) => {
  if (id === 'idle') {
    const life = ready(id).isMeasured(IDLE_WINDOW.begin).after(resources.idleMs)
    return [life.isMeasured(IDLE_WINDOW.end, { cpuMs: 64 }).isAsked('check').stopsOn('SIGTERM')]
  }
  if (id !== 'load') return null
  const life = ready(id)
  for (let part = 0; part < 10; part++) life.isLoaded()
  return [life.stopsOn('SIGTERM')]
}
