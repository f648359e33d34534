/** A disk that can be full: a file system in memory, no larger than what stands on it for as long as wanted. Linux, as root. */
import { execFileSync } from 'node:child_process'
import { statfsSync } from 'node:fs'

const roomy = '4g'

export class SmallDisk {
  readonly #directory: string

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** Mounts it on an empty directory. @returns why that can't be done, as a sentence, where it can't */
  static mount(directory: string): SmallDisk | string {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'a full disk needs Linux and root, to mount a small file system'
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${roomy},mode=0755`, 'parley-torture', directory], { stdio: 'pipe' })
      return new SmallDisk(directory)
    } catch (error) {
      return `a full disk needs a small file system, which can't be mounted here (${(error as Error).message.trim()})`
    }
  }

  /** Leaves nothing free, or next to nothing: what is there stays. */
  fill(): void {
    const { blocks, bfree, bsize } = statfsSync(this.#directory)
    this.#resize(`${Math.ceil(((blocks - bfree) * bsize) / 1024) + 64}k`)
  }

  empty(): void {
    this.#resize(roomy)
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.#directory], { stdio: 'pipe' })
  }

  #resize(size: string): void {
    execFileSync('mount', ['-o', `remount,size=${size}`, this.#directory], { stdio: 'pipe' })
  }
}
