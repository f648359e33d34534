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
  /** What is to be written after everything else. */
  #pendingLast = new Map<string, () => unknown>()
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Writes one after the other. */
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: KeeperParts) {
    this.#parts = parts
    this.#store = parts.store
  }

  /** Whose things are kept here, after an earlier start of this client; undefined where nothing is. */
  async owner(): Promise<string | undefined> {
    await this.#writing
    return this.#keptOwner()
  }

  /** From now on what is kept belongs to this person; what belonged to another is removed. */
  belongTo(userId: string): void {
    if (this.#userId === userId) return
    this.#userId = userId
    this.#drop()
    void this.#inTurn(async () => {
      // Another tab may keep things of the same person here already.
      if ((await this.#keptOwner()) === userId) return
      const owner: Owner = { version, userId }
      await this.#try((store) => store.clear(this.#all))
      await this.#try((store) => store.write(new Map([[this.#ownerKey, owner]])))
    })
  }

  /** What is kept under keys that begin with `prefix`, by key. */
  async load(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    const userId = this.#userId
    if (userId === undefined) return new Map()
    const start = this.#key('')
    const kept = (await this.#try((store) => store.read(this.#key(prefix)))) ?? new Map<string, unknown>()
    // Whose they are may have left meanwhile.
    return this.#userId === userId ? new Map([...kept].map(([key, value]) => [key.slice(start.length), value])) : new Map()
  }

  /** Writes a value soon, with others; `read` is asked for it then, and undefined removes it. */
  put(key: string, read: () => unknown): void {
    this.#gather(this.#pending, key, read)
  }

  /** The same for a value that says that others are there: they are written before it, so that a crash in between leads to asking again. */
  putLast(key: string, read: () => unknown): void {
    this.#gather(this.#pendingLast, key, read)
  }

  /** Resolves once the value is on disk, or nothing ever will be. */
  async keep(key: string, value: unknown): Promise<void> {
    if (this.#userId === undefined) return
    this.#pending.delete(this.#key(key))
    await this.#write(new Map([[this.#key(key), value]]))
  }

  /** Writes what is waiting now; resolves once it is on disk, and what was to be removed is off it, or nothing ever will be. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const changes = new Map([...this.#pending, ...this.#pendingLast].map(([key, read]) => [key, read()]))
    this.#drop()
    if (changes.size > 0) void this.#write(changes)
    await this.#writing
  }

  /** Removes what belongs to this person; everything of this server where nobody else's is kept by now, as by another tab. */
  clear(): Promise<void> {
    const userId = this.#userId
    this.#userId = undefined
    this.#drop()
    return this.#inTurn(async () => {
      // First of all, as the page may be about to go.
      if (userId !== undefined) await this.#remove(`${this.#all}${userId}/`)
      const owner = await this.#keptOwner()
      if (userId === undefined || owner === undefined || owner === userId) await this.#remove(this.#all)
    })
  }

  #gather(pending: Map<string, () => unknown>, key: string, read: () => unknown) {
    if (this.#userId === undefined) return
    pending.set(this.#key(key), read)
    this.#timer ??= setTimeout(() => void this.flush(), gatherMs)
  }

  #drop() {
    this.#pending = new Map()
    this.#pendingLast = new Map()
  }

  /** A store that couldn't take any more may be able to remove. */
  async #remove(prefix: string): Promise<void> {
    for (const place of new Set([this.#store, this.#parts.store])) await this.#try((store) => store.clear(prefix), place)
  }

  #write(changes: ReadonlyMap<string, unknown>): Promise<void> {
    return this.#inTurn(async () => void (await this.#try((store) => store.write(changes))))
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(task)
    return this.#writing
  }

  async #keptOwner(): Promise<string | undefined> {
    const kept = await this.#try((store) => store.read(this.#ownerKey))
    const owner = kept?.get(this.#ownerKey) as Owner | undefined
    return owner?.version === version ? owner.userId : undefined
  }

  async #try<Result>(use: (store: Store) => Promise<Result>, store = this.#store): Promise<Result | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it did not answer within ${patienceMs} ms`)), patienceMs)
    })
    try {
      return await Promise.race([use(store), silence])
    } catch (cause) {
      this.#store = memoryStore()
      this.#parts.onFailure(cause)
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }

  get #all(): string {
    return `${this.#parts.url} `
  }

  get #ownerKey(): string {
    return `${this.#all}owner`
  }

  #key(key: string): string {
    return `${this.#all}${this.#userId}/${key}`
  }
}
