/** A clock that jumps under a running server: libfaketime, told by a file that it reads again every second. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where Debian and others put the library, by architecture. */
const directories = [
  '/usr/lib/x86_64-linux-gnu/faketime',
  '/usr/lib/aarch64-linux-gnu/faketime',
  '/usr/lib64/faketime',
  '/usr/lib/faketime',
]

/** The library for programs with several threads; null where it isn't installed. */
export function findFaketime(): string | null {
  const found = directories.filter((directory) => existsSync(directory))
  const [library] = found.flatMap((directory) =>
    readdirSync(directory).flatMap((name) => (/^libfaketimeMT\.so/.test(name) ? [join(directory, name)] : [])),
  )
  return library ?? null
}

export class Clock {
  readonly #path: string
  /** What a program has to be started with to have this clock. */
  readonly env: Readonly<Record<string, string>>

  constructor(path: string, library: string) {
    this.#path = path
    this.env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    }
    this.set(0)
  }

  /** From now on the time of day is so many seconds off; what measures how long something takes stays right. */
  set(offset: number): void {
    writeFileSync(this.#path, `${offset < 0 ? '-' : '+'}${Math.abs(offset)}\n`)
  }
}
