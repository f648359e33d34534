/** Writes what is worth keeping, soon and together, and never in anybody's way; a store that fails is replaced by memory. */
import { memoryStore, type Store } from './store.ts'

interface KeeperParts {
  readonly store: Store
  /** Where the server is; one store may serve several. */
  readonly url: string
  /** The store failed, and from now on nothing outlives this client. */
  readonly onFailure: (cause: unknown) => void
}

/** Rises whenever what was kept before can't be read any more; then it is dropped. */
const version = 1
/** Milliseconds that changes are gathered for. */
const gatherMs = 250
/** Milliseconds after which a store that says nothing has failed. */
const patienceMs = 5_000

interface Owner {
  readonly version: number
  readonly userId: string
}

export class Keeper {
  readonly #parts: KeeperParts
  #store: Store
  #userId: string | undefined
  /** What is to be written, read at the last moment. */
  #pending = new Map<string, () => unknown>()
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Writes one after the other. */
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: KeeperParts) {
    this.#parts = parts
    this.#store = parts.store
  }

  /** Whose things are kept here, after an earlier start of this client; undefined where nothing is. */
  async owner(): Promise<string | undefined> {
    const kept = (await this.#try((store) => store.read(this.#ownerKey()))) ?? new Map<string, unknown>()
    const owner = kept.get(this.#ownerKey()) as Owner | undefined
    if (owner?.version === version) {
      this.#userId = owner.userId
      return owner.userId
    }
    if (kept.size > 0) await this.clear()
    return undefined
  }

  /** From now on what is kept belongs to this person; what belonged to another is removed. */
  belongTo(userId: string): void {
    if (this.#userId === userId) return
    void this.clear()
    this.#userId = userId
    const owner: Owner = { version, userId }
    void this.#write(new Map([[this.#ownerKey(), owner]]))
  }

  /** What is kept under keys that begin with `prefix`, by key. */
  async load(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    if (this.#userId === undefined) return new Map()
    const start = this.#key('')
    const kept = (await this.#try((store) => store.read(this.#key(prefix)))) ?? new Map<string, unknown>()
    return new Map([...kept].map(([key, value]) => [key.slice(start.length), value]))
  }

  /** Writes a value soon, with others; `read` is asked for it then, and undefined removes it. */
  put(key: string, read: () => unknown): void {
    if (this.#userId === undefined) return
    this.#pending.set(this.#key(key), read)
    this.#timer ??= setTimeout(() => void this.flush(), gatherMs)
  }

  /** Resolves once the value is on disk, or nothing ever will be. */
  async keep(key: string, value: unknown): Promise<void> {
    if (this.#userId === undefined) return
    this.#pending.delete(this.#key(key))
    await this.#write(new Map([[this.#key(key), value]]))
  }

  /** Writes what is waiting now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const changes = new Map([...this.#pending].map(([key, read]) => [key, read()]))
    this.#pending = new Map()
    if (changes.size > 0) await this.#write(changes)
  }

  /** Removes everything that belongs to anybody on this server. */
  async clear(): Promise<void> {
    this.#userId = undefined
    this.#pending = new Map()
    this.#writing = this.#writing.then(async () => void (await this.#try((store) => store.clear(`${this.#parts.url} `))))
    await this.#writing
  }

  #write(changes: ReadonlyMap<string, unknown>): Promise<void> {
    this.#writing = this.#writing.then(async () => void (await this.#try((store) => store.write(changes))))
    return this.#writing
  }

  async #try<Result>(use: (store: Store) => Promise<Result>): Promise<Result | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it did not answer within ${patienceMs} ms`)), patienceMs)
    })
    try {
      return await Promise.race([use(this.#store), silence])
    } catch (cause) {
      this.#store = memoryStore()
      this.#parts.onFailure(cause)
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }

  #ownerKey(): string {
    return `${this.#parts.url} owner`
  }

  #key(key: string): string {
    return `${this.#parts.url} ${this.#userId}/${key}`
  }
}
