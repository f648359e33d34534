/** What was begun to be written, until the server has it. */
export interface Draft {
  readonly text: string
  /** The message that it answers. */
  readonly replyTo: string | null
}

interface Entry {
  /** The id of who wrote it. */
  readonly writer: string
  wanted: Draft
  saving: boolean
  timer?: ReturnType<typeof setTimeout>
}

/** As it is in the storage. */
interface Kept extends Pick<Entry, 'writer' | 'wanted'> {
  readonly chatId: string
}

interface Parts {
  /** The id of who is logged in; undefined while that's nobody. */
  readonly writer: () => string | undefined
  readonly save: (chatId: string, draft: Draft) => Promise<unknown>
  /** Whether a failed save may succeed later. */
  readonly mayPass: (error: unknown) => boolean
  /** Where what isn't saved yet outlives a reload. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
}

/** A draft is saved this long after the last key, in milliseconds. */
const restMs = 1_000
const storageKey = 'parley-drafts'

/** Saves drafts a while after the last key, one at a time for each chat; what can't be saved now is kept and saved later. */
export class DraftKeeper {
  readonly #parts: Parts
  readonly #entries: Map<string, Entry>

  constructor(parts: Parts) {
    this.#parts = parts
    this.#entries = new Map(readKept(parts.storage).map(({ chatId, writer, wanted }) => [chatId, { writer, wanted, saving: false }]))
  }

  /** What is newer here than on the server. */
  unsaved(chatId: string): Draft | undefined {
    return this.#mine(chatId)?.wanted
  }

  /** The field holds this now; `saved` is what the server has. */
  write(chatId: string, wanted: Draft, saved: Draft) {
    const writer = this.#parts.writer()
    if (writer === undefined) return
    const entry = this.#mine(chatId) ?? { writer, wanted, saving: false }
    clearTimeout(entry.timer)
    entry.wanted = wanted
    if (!entry.saving && wanted.text === saved.text && wanted.replyTo === saved.replyTo) this.#entries.delete(chatId)
    else {
      this.#entries.set(chatId, entry)
      entry.timer = setTimeout(() => void this.#save(chatId, entry), restMs)
    }
    this.#keep()
  }

  /** Saves all that waits, at once; what another person left in this tab is nobody's any more. */
  flush() {
    const writer = this.#parts.writer()
    if (writer === undefined) return
    for (const [chatId, entry] of [...this.#entries]) {
      if (entry.writer === writer) void this.#save(chatId, entry)
      else this.#drop(chatId, entry)
    }
  }

  /** Nobody is logged in any more: what was written is not for the next. */
  forget() {
    for (const { timer } of this.#entries.values()) clearTimeout(timer)
    this.#entries.clear()
    this.#keep()
  }

  #mine(chatId: string): Entry | undefined {
    const entry = this.#entries.get(chatId)
    return entry !== undefined && entry.writer === this.#parts.writer() ? entry : undefined
  }

  #drop(chatId: string, { timer }: Entry) {
    clearTimeout(timer)
    this.#entries.delete(chatId)
    this.#keep()
  }

  async #save(chatId: string, entry: Entry): Promise<void> {
    clearTimeout(entry.timer)
    if (entry.saving || this.#mine(chatId) !== entry) return
    entry.saving = true
    const sent = entry.wanted
    const done = await this.#parts.save(chatId, sent).then(
      () => true,
      (error: unknown) => !this.#parts.mayPass(error),
    )
    entry.saving = false
    if (!done || this.#entries.get(chatId) !== entry) return
    if (entry.wanted !== sent) return this.#save(chatId, entry)
    this.#drop(chatId, entry)
  }

  #keep() {
    const kept = [...this.#entries].map(([chatId, { writer, wanted }]): Kept => ({ chatId, writer, wanted }))
    this.#parts.storage.setItem(storageKey, JSON.stringify(kept))
  }
}

/** Only this class writes there; what is broken counts as nothing. */
function readKept(storage: Parts['storage']): Kept[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]')
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}
