import type { z } from 'zod'
import { holdsToken } from '../announcement.ts'
import type { ContractInput } from '../input.ts'
import { placesPort, preparesPort } from '../places-port.ts'
import { toAnnounce } from '../to-announce.ts'

/* What keys say of each other. */

/** `{ unasked: "zero" }` says what stands for {port}, which then has to stand somewhere. */
export function findPlaceless(given: ContractInput, context: z.RefinementCtx): void {
  const { port } = given
  const isPlaced = placesPort(given)
  const isAsked = typeof port === 'object' && ('variable' in port || 'args' in port)
  // A function is told the port.
  const isPrepared = preparesPort(given) || typeof given.setup === 'function'
  if (port !== undefined && port !== false && !isAsked && !isPlaced && !isPrepared) {
    const message = '{port} stands nowhere in args, env or setup: name a variable, or arguments'
    context.addIssue({ code: 'custom', path: ['port'], message })
  }
  if (isPlaced && (isAsked || port === false)) {
    const message = '{port} stands in args or env already: it is asked for a port in one way'
    context.addIssue({ code: 'custom', path: ['port'], message })
  }
}

/** The triples stand behind a name, and only in Tauri's apps. */
export function findUntargeted({ targets, binary, app }: ContractInput, context: z.RefinementCtx): void {
  if (targets === undefined) return
  const complain = (message: string) => context.addIssue({ code: 'custom', path: ['targets'], message })
  if (binary === undefined) complain('it needs `binary` beside it: the path, without target triple')
  if (app !== undefined && app !== 'tauri')
    complain(`names of files for each target are a convention of Tauri, and app is "${app}"`)
}

/** A header would carry the placeholder itself, and the sidecar be blamed for the refusal. */
export function findTokenless({ health, announce }: ContractInput, context: z.RefinementCtx): void {
  if (typeof health !== 'object' || (announce !== undefined && holdsToken(toAnnounce(announce).pattern)))
    return
  for (const [name, value] of Object.entries(health.headers ?? {})) {
    if (!value.includes('{token}')) continue
    const message = '{token} stands in it, and the announcement holds no token'
    context.addIssue({ code: 'custom', path: ['health', 'headers', name], message })
  }
}
