import { createHash } from 'node:crypto'
import { newId } from '../core/ids.ts'

/** For how long a payload that comes again on a new connection is taken for a retry, in milliseconds. */
const retryMs = 120_000

interface Sent {
  readonly id: string
  readonly at: number
  /** Which connections have said it. */
  readonly connections: Set<string>
}

/** What somebody said under an id of their own. */
interface Saying {
  readonly userId: string
  readonly connection: string
  readonly ownId: string
  readonly payload: unknown
}

/**
 * Client ids for the clients of other backends, whose own may be the same for every message: only what comes again on a
 * new connection, within two minutes, gets the id that it had (E1). Known to this process alone.
 */
export class Resends {
  readonly #now: () => number
  readonly #sent = new Map<string, Sent[]>()
  /** In order of time. */
  readonly #keys: { readonly key: string; readonly at: number }[] = []

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  idFor({ userId, connection, ownId, payload }: Saying): string {
    const at = this.#now()
    this.#forgetBefore(at - retryMs)
    const key = createHash('sha256')
      .update(JSON.stringify([userId, ownId, payload]))
      .digest('base64url')
    const sent = this.#sent.get(key) ?? []
    const retried = sent.find(({ connections }) => !connections.has(connection))
    if (retried !== undefined) {
      retried.connections.add(connection)
      return retried.id
    }
    const first = { id: newId(), at, connections: new Set([connection]) }
    this.#sent.set(key, [...sent, first])
    this.#keys.push({ key, at })
    return first.id
  }

  #forgetBefore(moment: number): void {
    const kept = this.#keys.findIndex(({ at }) => at >= moment)
    for (const { key } of this.#keys.splice(0, kept === -1 ? this.#keys.length : kept)) {
      const rest = (this.#sent.get(key) ?? []).slice(1)
      if (rest.length > 0) this.#sent.set(key, rest)
      else this.#sent.delete(key)
    }
  }
}
