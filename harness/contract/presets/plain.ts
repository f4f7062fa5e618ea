import type { ContractInput } from '../input.ts'
import { placesPort } from '../places-port.ts'
import type { Preset, Written } from './preset.ts'
import { isRecord } from './under.ts'

/**
 * A server that was not written to be a sidecar: it tells nobody its port, says what it likes, and dies of a signal as
 * programs do that have no handler.
 */
export const plain: Preset = written => ({
  defaults: [
    {
      announce: 'listener',
      // Such servers have a port of their own, the same one every time: an app that ships one has to choose.
      port: isPlaced(written) ? { unasked: 'chosen' } : { variable: 'PORT', unasked: 'chosen' },
      health: { path: '/', schema: false },
      logs: { stdout: [{ source: '^' }] },
      stop: {
        accept: { SIGTERM: [0, 143, 'SIGTERM'], SIGINT: [0, 130, 'SIGINT'], SIGHUP: [0, 129, 'SIGHUP'] },
      },
      levels: {
        // The name is its own.
        'artifact/triple-name': 'may',
        // It is the app that chooses what it is asked for.
        'port/invalid': 'may',
        // Nobody reads its stdout, and no convention says on which stream its logs are.
        'logs/plain-stdout': 'may',
        'logs/on-stderr': 'may',
        // A page for every path is what many of them are for.
        'health/unknown-path': 'should',
        // What may die of a signal finishes nothing first; it is worth a word all the same.
        'stop/in-flight': 'should',
        // No server looks after its parent. Its app has to end it, also when that crashes.
        'stop/parent-death': 'may',
      },
    },
  ],
})

/** The arguments, variables and words of a command that can be looked at: what else stands there is refused later. */
function isPlaced({ args, env, setup }: Written): boolean {
  const texts = [args, isRecord(env) ? Object.values(env) : [], setup].map(given =>
    Array.isArray(given) ? given.filter(value => typeof value === 'string') : [],
  )
  return placesPort({ args: texts.flat() } satisfies ContractInput)
}
