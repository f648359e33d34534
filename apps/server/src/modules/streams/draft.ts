/** A message on its way to the database. */
export interface Draft {
  readonly id: string
  readonly chatId: string
  readonly senderId: string
  /** Unique per sender: the same again is the same message. */
  readonly clientId: string
  /** What was asked for under `clientId`; only letters, digits, `-` and `_`. */
  readonly requestHash: string
  /** JSON text */
  readonly content: string
  readonly replyTo: string | null
  /** JSON text */
  readonly mentions: string
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number
  /** Of the roster that the sender's right to write was checked against. */
  readonly access: number
}

/**
 * stored: it's in the database under this number, and was told to the members.
 * known: its client id was used before; that message's id, and the hash of what was asked for then.
 * stale: who may write changed since the check; nothing was stored.
 */
export type Outcome =
  | { readonly kind: 'stored'; readonly draft: Draft; readonly seq: number }
  | { readonly kind: 'known'; readonly id: string; readonly requestHash: string | null }
  | { readonly kind: 'stale' }
  | { readonly kind: 'failed'; readonly error: unknown }
