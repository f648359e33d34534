/** What only one tab may do or be at a time, by the browser's Web Locks; a tab that closes or crashes lets go by itself. */

/** Only secure contexts have them. */
const lockManager = (): LockManager | undefined => globalThis.navigator?.locks

export const tabsCanShare = (): boolean => lockManager() !== undefined && globalThis.BroadcastChannel !== undefined

/**
 * Carries out `task` when no other tab is carrying out one of the same name. Who has waited for `patienceMs` goes on without:
 * a tab that was frozen meanwhile must not hold up all others.
 */
export async function exclusively<T>(name: string, patienceMs: number, task: () => Promise<T>): Promise<T> {
  const locks = lockManager()
  if (locks === undefined) return task()
  let started = false
  const once = () => {
    started = true
    return task()
  }
  try {
    return await locks.request(name, { signal: AbortSignal.timeout(patienceMs) }, once)
  } catch (error) {
    if (started) throw error
    return task()
  }
}

interface TabOfficeParts {
  readonly name: string
  /** From now on it's this tab. */
  readonly onHeld: () => void
  /** Another tab took it, because this one seemed to be frozen. */
  readonly onTaken: () => void
}

/** Something that one of the tabs is until it resigns, ends or is replaced. */
export class TabOffice {
  readonly #parts: TabOfficeParts
  /** Of our request, as long as it waits or holds. */
  #request: AbortController | undefined

  constructor(parts: TabOfficeParts) {
    this.#parts = parts
  }

  /** Waits until nobody else holds it. */
  queue(): void {
    this.#ask(false)
  }

  /** Takes it from who holds it. */
  take(): void {
    this.#ask(true)
  }

  resign(): void {
    this.#request?.abort()
    this.#request = undefined
  }

  #ask(steal: boolean) {
    this.resign()
    const request = new AbortController()
    const { signal } = request
    this.#request = request
    let held = false
    const hold = (): Promise<void> | undefined => {
      if (signal.aborted) return undefined
      held = true
      const resigned = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      this.#parts.onHeld()
      return resigned
    }
    const asked = lockManager()?.request(this.#parts.name, steal ? { steal } : { signal }, hold)
    asked?.catch(() => {
      if (signal.aborted) return
      this.#request = undefined
      // Where locks are refused altogether, every tab is for itself.
      if (held) this.#parts.onTaken()
      else this.#parts.onHeld()
    })
  }
}
