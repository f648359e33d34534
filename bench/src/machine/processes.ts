/** What processes use, from /proc. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

interface Process {
  readonly pid: number
  readonly parent: number
  /** Seconds of CPU of itself and of children that have ended. */
  readonly cpu: number
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** null for one that has just ended. */
function readProcess(pid: string): Process | null {
  try {
    // The name, which may hold anything, stands between parentheses; the state comes next.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return { pid: Number(pid), parent: Number(fields[1]), cpu: ticks / ticksPerSecond }
  } catch (error) {
    if (isGone(error)) return null
    throw error
  }
}

const isGone = (error: unknown) => ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')

/** The processes with these ids and all that descend from them. */
function treeOf(roots: readonly number[]): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(readProcess)
    .filter((each) => each !== null)
  const tree = all.filter(({ pid }) => roots.includes(pid))
  for (let index = 0; index < tree.length; index++) tree.push(...all.filter(({ parent }) => parent === tree[index]?.pid))
  return tree
}

/** From the roots downwards. */
export function pidsOf(...roots: readonly number[]): number[] {
  return treeOf(roots).map(({ pid }) => pid)
}

/** Seconds of CPU that these processes and all that descend from them have used, whether they still run or not. */
export function cpuOf(...roots: readonly number[]): number {
  return treeOf(roots).reduce((sum, { cpu }) => sum + cpu, 0)
}

/** What they hold in memory (VmRSS), in bytes; memory that they share counts for each. */
export function memoryOf(...roots: readonly number[]): number {
  return pidsOf(...roots).reduce((sum, pid) => sum + residentSize(pid), 0)
}

function residentSize(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch (error) {
    if (isGone(error)) return 0
    throw error
  }
}
