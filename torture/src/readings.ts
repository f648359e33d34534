/** What everybody reads when all is over. */
import type { OwnEntry, ReadMessage } from './history.ts'

/** The whole history of a chat as one person reads it, in the order of its pages. */
export interface Reading {
  readonly chat: string
  readonly reader: string
  /** How far the chat's stream has come. */
  readonly head: number
  readonly messages: readonly ReadMessage[]
  /** Why the server refused to show it; null where it didn't. */
  readonly refused: string | null
}

/** How a chat stands for one of its members: what their list of chats says. */
export interface Standing {
  readonly chat: string
  readonly reader: string
  readonly unread: number
  readonly positions: readonly { readonly person: string; readonly delivered: number; readonly read: number }[]
}

/** A person's own stream as a device gets it that starts from nothing. */
export interface OwnReading {
  readonly reader: string
  readonly entries: readonly OwnEntry[]
}

export interface Readings {
  readonly histories: readonly Reading[]
  readonly standings: readonly Standing[]
  readonly own: readonly OwnReading[]
}
