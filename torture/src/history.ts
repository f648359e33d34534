/**
 * What clients write down while they work: the only thing, with the final readings, that the checker gets to see.
 * Entries are never changed; `order` is their place in the log, `at` milliseconds since its beginning.
 */
import { closeSync, openSync, writeSync } from 'node:fs'

/** What a client tries to do. Ids of messages are the server's; `clientId` is the client's own. */
export type Action =
  | { readonly name: 'send'; readonly clientId: string; readonly text: string }
  | { readonly name: 'edit'; readonly messageId: string; readonly text: string }
  | { readonly name: 'delete'; readonly messageId: string }
  | { readonly name: 'create'; readonly memberIds: readonly string[] }
  | { readonly name: 'add' | 'remove'; readonly memberId: string }

/** What an acknowledgement says that a message is now, or that a chat has come to (`messageId` null). */
export interface Result {
  readonly messageId: string | null
  readonly seq: number
  readonly rev: number
}

export type Fact =
  | { readonly kind: 'connected' | 'authenticated'; readonly client: string; readonly userId: string; readonly connection: number }
  | {
      readonly kind: 'disconnected'
      readonly client: string
      readonly userId: string
      readonly connection: number
      /** Who ended it: the client itself, or the server, also by dying. */
      readonly by: 'client' | 'server'
    }
  /** An attempt begins; exactly one of ok, fail and info ends it. `operation` names the attempt. */
  | {
      readonly kind: 'invoke'
      readonly client: string
      readonly userId: string
      readonly operation: string
      readonly chatId: string
      readonly action: Action
    }
  | { readonly kind: 'ok'; readonly client: string; readonly operation: string; readonly result: Result }
  | { readonly kind: 'fail'; readonly client: string; readonly operation: string; readonly code: string; readonly retryable: boolean }
  /** Nobody knows whether it happened. */
  | { readonly kind: 'info'; readonly client: string; readonly operation: string; readonly reason: string }
  /** A live event on one connection of one client. Members that the event doesn't carry are null. */
  | {
      readonly kind: 'seen'
      readonly client: string
      readonly userId: string
      readonly connection: number
      readonly event: string
      readonly chatId: string
      readonly seq: number
      readonly messageId: string | null
      readonly senderId: string | null
      readonly clientId: string | null
      readonly text: string | null
    }
  /** The server is going down and says when to come back. */
  | { readonly kind: 'told'; readonly client: string; readonly userId: string; readonly reconnectInMs: number }
  | { readonly kind: 'fault'; readonly what: string }
  /** How a server ended that was asked to; null where it had to be killed. */
  | { readonly kind: 'exit'; readonly code: number | null }

export type Entry = Fact & { readonly order: number; readonly at: number }
export type EntryOf<K extends Entry['kind']> = Extract<Entry, { kind: K }>

/** A message as history shows it; `text` is null once it's deleted. */
export interface ReadMessage {
  readonly id: string
  readonly seq: number
  readonly rev: number
  readonly senderId: string
  readonly text: string | null
}

/** The whole history of a chat as one person reads it when all is over, in the order of its pages. */
export interface Reading {
  readonly chatId: string
  readonly readerId: string
  /** How far the chat's stream has come. */
  readonly head: number
  readonly messages: readonly ReadMessage[]
  /** Why the server refused to show it; null where it didn't. */
  readonly refused: string | null
}

interface Waiting {
  readonly fits: (entry: Entry) => boolean
  readonly resolve: (entry: Entry) => void
  left: number
}

/** The append-only log of a run, in memory and, where a path is given, as JSON lines. */
export class History {
  readonly entries: Entry[] = []
  readonly #file: number | null
  readonly #begun = performance.now()
  readonly #waiting = new Set<Waiting>()

  constructor(path: string | null) {
    this.#file = path === null ? null : openSync(path, 'w')
  }

  write(fact: Fact): Entry {
    const entry: Entry = { ...fact, order: this.entries.length, at: Math.round(performance.now() - this.#begun) }
    this.entries.push(entry)
    if (this.#file !== null) writeSync(this.#file, `${JSON.stringify(entry)}\n`)
    for (const waiting of this.#waiting) {
      if (!waiting.fits(entry) || --waiting.left > 0) continue
      this.#waiting.delete(waiting)
      waiting.resolve(entry)
    }
    return entry
  }

  /** Resolves with the `count`th entry from now on that fits; rejects when it hasn't come within `patience` milliseconds. */
  next(what: string, fits: (entry: Entry) => boolean, count = 1, patience = 60_000): Promise<Entry> {
    const { promise, resolve, reject } = Promise.withResolvers<Entry>()
    const waiting = { fits, resolve, left: count }
    this.#waiting.add(waiting)
    const timer = setTimeout(() => {
      this.#waiting.delete(waiting)
      reject(new Error(`stuck: waited ${patience / 1000} s in vain for ${what}`))
    }, patience)
    return promise.finally(() => clearTimeout(timer))
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
  }
}
