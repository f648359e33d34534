/** How an operation of the contract becomes a method of the SDK. */
import type { Access, Operation, OutputOf, RequestOf, RestBinding } from '@parley/protocol/define'

/** Takes what the operation takes (nothing, where all of it may be left out) and resolves to its answer; rejects with a `ParleyError`. */
export type Method<D extends Operation> =
  Record<never, never> extends RequestOf<D> ? (input?: RequestOf<D>) => Promise<OutputOf<D>> : (input: RequestOf<D>) => Promise<OutputOf<D>>

/** What must be known of an operation while running. Without `path` it exists on the socket only. */
export interface OperationRow {
  readonly kind: Operation['kind']
  /** Of a command: its name on the socket. */
  readonly name: string
  readonly access: Access
  readonly method?: RestBinding['method']
  readonly path?: string
  readonly produces?: NonNullable<RestBinding['produces']>
}

/** An operation's input before anything is known about it. */
export type Input = Readonly<Record<string, unknown>>

/**
 * Carries an operation out, over whichever transport: as the person with this id, where one is given, and otherwise not at all;
 * else as whoever is logged in.
 */
export type Call = (operation: OperationRow, input: Input, userId?: string) => Promise<unknown>
