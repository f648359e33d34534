import type { InputOf, Operation, OutputOf } from '@parley/protocol/define'

/** Whoever a valid session speaks for. */
export interface Viewer {
  readonly userId: string
  readonly sessionId: string
  readonly role: 'user' | 'admin'
}

/** The HTTP side of a request, for the few operations that read headers or set cookies. */
export interface HttpExchange {
  header(name: string): string | undefined
  cookie(name: string): string | undefined
  /** An httpOnly cookie; `maxAge` in seconds, null removes it. It is sent to `path` and what is under it, else everywhere. */
  setCookie(name: string, value: string, maxAge: number | null, path?: string): void
  /** Whether it came from this machine, and through no proxy. */
  readonly loopback: boolean
}

export interface RequestContext {
  readonly id: string
  readonly ip: string
  readonly userAgent: string
  /** null on a socket. */
  readonly http: HttpExchange | null
}

/** What a use case is handed: who asks, what for (validated), and from where. */
export interface Call<D extends Operation> {
  readonly viewer: D['access'] extends 'user' ? Viewer : Viewer | null
  readonly input: InputOf<D>
  readonly request: RequestContext
}

/** An answer that isn't JSON. */
export class TextAnswer {
  readonly contentType: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>

  constructor(contentType: string, text: string, headers: Readonly<Record<string, string>> = {}) {
    this.contentType = contentType
    this.text = text
    this.headers = headers
  }
}

export type Handler<D extends Operation> = (call: Call<D>) => Promise<OutputOf<D> | TextAnswer>

/** One operation with what answers it, as the transports mount it. */
export interface Binding {
  readonly definition: Operation
  readonly handler: (call: Call<Operation>) => Promise<unknown>
}

type OperationsIn<C> = { [K in keyof C as C[K] extends Operation ? K : never]: C[K] }
type HandlersFor<C> = { [K in keyof OperationsIn<C>]: C[K] extends Operation ? Handler<C[K]> : never }

/**
 * Joins a feature's contract (its module namespace) with a handler per route and command; a missing or surplus
 * handler doesn't compile.
 */
export function implement<C extends object>(contract: C, handlers: HandlersFor<C>): Binding[] {
  return Object.entries(handlers).map(([name, handler]) => ({
    definition: (contract as Record<string, unknown>)[name] as Operation,
    handler: handler as Binding['handler'],
  }))
}
