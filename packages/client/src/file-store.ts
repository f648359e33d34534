/** Keeps things on disk, for programs that run in Node: one file for each key, in a directory of its own. */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from './store.ts'

interface Kept {
  readonly key: string
  readonly value: unknown
}

/** Keys are any text; file names are shorter, and not everywhere told apart by their case. */
const fileOf = (key: string) => `${createHash('sha256').update(key).digest('hex')}.json`

/**
 * `directory` is made where it isn't there, readable by its owner alone. A file is written beside its place, flushed and
 * moved there, one after the other: after a crash at any moment each key has its former value or the new one, and none the new
 * one before those that were written before it. For one process at a time.
 */
export function fileStore(directory: string): Store {
  let scanned: Promise<Set<string>> | undefined
  let temporary = 0

  const readKept = async (file: string) => JSON.parse(await readFile(join(directory, file), 'utf8')) as Kept

  async function scan(): Promise<Set<string>> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const files = await readdir(directory)
    const kept = await Promise.all(files.filter((file) => file.endsWith('.json')).map(readKept))
    return new Set(kept.map(({ key }) => key))
  }
  const keys = () => {
    scanned ??= scan()
    return scanned
  }
  const keysWith = async (prefix: string) => [...(await keys())].filter((key) => key.startsWith(prefix))

  async function replace(kept: Kept) {
    temporary += 1
    const beside = join(directory, `${process.pid}-${temporary}.writing`)
    const file = await open(beside, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify(kept))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, join(directory, fileOf(kept.key)))
    ;(await keys()).add(kept.key)
  }

  /** Where a name is moved to is on disk only then. Windows knows no such thing. */
  async function syncNames() {
    if (process.platform === 'win32') return
    const names = await open(directory)
    await names.sync().finally(() => names.close())
  }

  async function remove(key: string) {
    await rm(join(directory, fileOf(key)), { force: true })
    ;(await keys()).delete(key)
  }

  return {
    async read(prefix) {
      const kept = await Promise.all((await keysWith(prefix)).map((key) => readKept(fileOf(key))))
      return new Map(kept.map(({ key, value }) => [key, value]))
    },
    async write(changes) {
      await keys()
      for (const [key, value] of changes) await (value === undefined ? remove(key) : replace({ key, value }))
      await syncNames()
    },
    async clear(prefix) {
      for (const key of await keysWith(prefix)) await remove(key)
      await syncNames()
    },
  }
}
