/** What was begun to be written, until the server has it. */
export interface Draft {
  readonly text: string
  /** The message that it answers. */
  readonly replyTo: string | null
}

interface Entry {
  wanted: Draft
  saving: boolean
  timer?: ReturnType<typeof setTimeout>
}

interface Parts {
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
    this.#entries = new Map(readKept(parts.storage).map(([chatId, wanted]) => [chatId, { wanted, saving: false }]))
  }

  /** What is newer here than on the server. */
  unsaved(chatId: string): Draft | undefined {
    return this.#entries.get(chatId)?.wanted
  }

  /** The field holds this now; `saved` is what the server has. */
  write(chatId: string, wanted: Draft, saved: Draft) {
    const entry = this.#entries.get(chatId) ?? { wanted, saving: false }
    clearTimeout(entry.timer)
    entry.wanted = wanted
    if (!entry.saving && wanted.text === saved.text && wanted.replyTo === saved.replyTo) this.#entries.delete(chatId)
    else {
      this.#entries.set(chatId, entry)
      entry.timer = setTimeout(() => void this.#save(chatId, entry), restMs)
    }
    this.#keep()
  }

  /** Saves all that waits, at once. */
  flush() {
    for (const [chatId, entry] of this.#entries) void this.#save(chatId, entry)
  }

  /** Nobody is logged in any more: what was written is not for the next. */
  forget() {
    for (const { timer } of this.#entries.values()) clearTimeout(timer)
    this.#entries.clear()
    this.#keep()
  }

  async #save(chatId: string, entry: Entry): Promise<void> {
    clearTimeout(entry.timer)
    if (entry.saving) return
    entry.saving = true
    const sent = entry.wanted
    const done = await this.#parts.save(chatId, sent).then(
      () => true,
      (error: unknown) => !this.#parts.mayPass(error),
    )
    entry.saving = false
    if (!done || this.#entries.get(chatId) !== entry) return
    if (entry.wanted !== sent) return this.#save(chatId, entry)
    this.#entries.delete(chatId)
    this.#keep()
  }

  #keep() {
    const kept = [...this.#entries].map(([chatId, { wanted }]) => [chatId, wanted])
    this.#parts.storage.setItem(storageKey, JSON.stringify(kept))
  }
}

/** Only this class writes there; what is broken counts as nothing. */
function readKept(storage: Parts['storage']): [string, Draft][] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]')
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}
