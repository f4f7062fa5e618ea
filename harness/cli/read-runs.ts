import { UsageError } from './usage.ts'

/** How many lives of each side, as `--runs` says. Throws UsageError. */
export function readRuns(
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const runs = Number(text)
  const isNumber = /^\d+$/.test(text)
  if (isNumber && runs >= least && runs <= most) return runs
  const why =
    isNumber && runs < least
      ? ` Of fewer than ${least} lives no difference could be told from chance, however large it is.`
      : ''
  throw new UsageError(`--runs takes a whole number from ${least} to ${most}, and got "${text}".${why}`)
}
