import { spawnSync } from 'node:child_process'

/** The commit of a checkout, with a plus where files are changed; null where there is none to be told. */
export function revisionOf(checkout: string): string | null {
  const { status, stdout } = spawnSync('git', ['-C', checkout, 'describe', '--always', '--dirty=+'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}
