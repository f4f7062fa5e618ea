import type { Sandbox } from './sandbox.ts'

/** What stands for {port}, {tmp} and {home} in a contract: known once a life has its directories and its port. */
export interface Places {
  readonly port: string | null
  readonly tmp: string
  readonly home: string
}

export function placesOf({ own, home }: Sandbox, port: string | null): Places {
  return { port, tmp: own, home }
}

/** Puts a life's own values in the place of the placeholders. Where there is no port, 0 asks for any. */
export function fillIn(text: string, { port, tmp, home }: Places): string {
  return text
    .replaceAll('{port}', port ?? '0')
    .replaceAll('{tmp}', tmp)
    .replaceAll('{home}', home)
}
