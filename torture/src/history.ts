/**
 * What clients write down while they work: the only thing, with the final readings, that the checker gets to see.
 * People and chats go by short names. `order` is an entry's place in the log, `at` milliseconds since its beginning.
 */

/** What a client tries to do. Ids of messages are the server's; `clientId` is the client's own. Every text of a run is different. */
export type Action =
  | { readonly name: 'send'; readonly clientId: string; readonly text: string }
  | { readonly name: 'edit'; readonly messageId: string; readonly text: string }
  | { readonly name: 'delete'; readonly messageId: string }
  | { readonly name: 'react' | 'unreact'; readonly messageId: string; readonly emoji: string }
  | { readonly name: 'create'; readonly members: readonly string[] }
  | { readonly name: 'add' | 'remove'; readonly member: string }
  | { readonly name: 'block' | 'unblock'; readonly person: string }
  /** Something that only its person sees: `target` has the `value` from then on. */
  | { readonly name: 'own'; readonly target: string; readonly value: string }
  | { readonly name: 'read' | 'deliver'; readonly seq: number }
  /** Ends the session of this client, which goes on under a new one. */
  | { readonly name: 'log out' }

/** What an acknowledgement says that a message is now, or that a chat has come to (`messageId` null); 0 where it doesn't say. */
export interface Result {
  readonly messageId: string | null
  readonly seq: number
  readonly rev: number
}

/** A message as somebody reads it; `text` is null once it's deleted. `reactions` as "person emoji". */
export interface ReadMessage {
  readonly id: string
  readonly seq: number
  readonly rev: number
  readonly sender: string
  readonly text: string | null
  readonly reactions: readonly string[]
}

/** An entry of somebody's own stream: the higher `seq` of a target is right. */
export interface OwnEntry {
  readonly target: string
  readonly seq: number
  readonly value: string
}

export type Fact =
  /** From here to the next one, what this client sees is on this connection. `node` is the server that it asked for. */
  | { readonly kind: 'connected'; readonly client: string; readonly person: string; readonly node: number }
  | { readonly kind: 'authenticated'; readonly client: string }
  /** Who ended it: the client itself, or the server, also by dying. */
  | { readonly kind: 'disconnected'; readonly client: string; readonly by: 'client' | 'server' }
  /** An attempt begins; at most one of ok, fail and info ends it. `operation` names the attempt. */
  | {
      readonly kind: 'invoke'
      readonly client: string
      readonly person: string
      readonly operation: string
      readonly chat: string
      readonly action: Action
    }
  | { readonly kind: 'ok'; readonly operation: string; readonly result: Result }
  | { readonly kind: 'fail'; readonly operation: string; readonly code: string; readonly retryable: boolean }
  /** Nobody knows whether it happened. */
  | { readonly kind: 'info'; readonly operation: string; readonly reason: string }
  /** A live event of a chat's stream. It takes the numbers above `from` up to `seq`. `about` is the person whose membership it changes. */
  | {
      readonly kind: 'seen'
      readonly client: string
      readonly event: string
      readonly chat: string
      readonly from: number
      readonly seq: number
      readonly messageId: string | null
      readonly clientId: string | null
      readonly text: string | null
      readonly about: string | null
    }
  /** An answer of sync about one chat: all numbers above `from` up to `to`. */
  | {
      readonly kind: 'synced'
      readonly client: string
      readonly chat: string
      readonly from: number
      readonly to: number
      readonly reset: boolean
      readonly messages: readonly ReadMessage[]
    }
  /** How far somebody is said to have come in a chat. */
  | {
      readonly kind: 'position'
      readonly client: string
      readonly chat: string
      readonly person: string
      readonly status: 'delivered' | 'read'
      readonly seq: number
      /** `frame`: a live event; `view`: what a client built on the SDK shows. */
      readonly source: 'frame' | 'view'
    }
  | { readonly kind: 'own'; readonly client: string; readonly entries: readonly OwnEntry[] }
  | { readonly kind: 'presence'; readonly client: string; readonly person: string; readonly online: boolean }
  | { readonly kind: 'typing'; readonly client: string; readonly chat: string; readonly person: string; readonly isTyping: boolean }
  /** What an SDK client shows of a chat when all is over. */
  | {
      readonly kind: 'view'
      readonly client: string
      readonly person: string
      readonly chat: string
      readonly state: string
      readonly appliedSeq: number
      readonly hasOlder: boolean
      readonly messages: readonly ReadMessage[]
    }
  /** The server is going down and says when to come back. */
  | { readonly kind: 'told'; readonly client: string; readonly reconnectInMs: number }
  /** The client stops taking anything from its connection, and takes it again; `missed` characters were sent to it meanwhile. */
  | { readonly kind: 'stalled'; readonly client: string }
  | { readonly kind: 'resumed'; readonly client: string; readonly missed: number }
  /** Something is done to the installation from `begin` to `end`; `away` is what nobody can reach meanwhile. */
  | {
      readonly kind: 'fault'
      readonly what: string
      readonly phase: 'begin' | 'end'
      readonly number: number
      readonly away: readonly Part[]
    }
  /** How a server ended that was asked to; null where it had to be killed. */
  | { readonly kind: 'exit'; readonly code: number | null }
  /** A server process holds so much memory. */
  | { readonly kind: 'memory'; readonly node: number; readonly bytes: number }
  /** All faults are over; from here on everything must come right. */
  | { readonly kind: 'calm' }

/** What a fault may take away. */
export type Part = 'server' | 'database' | 'bus' | 'clients' | 'clock' | 'disk'

export type Entry = Fact & { readonly order: number; readonly at: number }
export type EntryOf<K extends Entry['kind']> = Extract<Entry, { kind: K }>
