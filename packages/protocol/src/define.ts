/**
 * How the contract is written down. A `route` is answered over REST, a `command` over the socket (and, with `rest`,
 * over REST as well, by the same handler), an `event` is what the server sends by itself.
 * Path parameters, query and body make up one `input`, so that a command reads the same on both transports.
 */
import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** `public`: anybody. `user`: a valid session. `loopback`: only from the machine itself, never in production. */
export type Access = 'public' | 'user' | 'loopback'

/** How often: `points` requests per `seconds`, for one user (or one IP where there's no session). */
export interface Rate {
  readonly points: number
  readonly seconds: number
}

export interface RestBinding {
  readonly method: Method
  /** Path parameters as `:name`; each is a member of `input`. */
  readonly path: string
  /** The status of success; 200 unless given. */
  readonly status?: 200 | 201
  /** Other paths of the same operation, with the same input and answer. */
  readonly aliases?: readonly { readonly method: Method; readonly path: string }[]
  /** Other names under which a field is accepted: `{ newContent: 'content' }`. */
  readonly fields?: Readonly<Record<string, string>>
  /** Headers that fill a field, in lower case: `{ 'idempotency-key': 'tempId' }`. */
  readonly headers?: Readonly<Record<string, string>>
  /** What a successful answer is, where it isn't JSON alone. */
  readonly produces?: 'text/plain' | 'text/html' | 'image/svg+xml'
}

interface Described<Input extends z.ZodType, Output extends z.ZodType, Allowed extends Access> {
  readonly summary: string
  readonly access: Allowed
  readonly rate: Rate
  readonly input: Input
  /** The members beside `success: true`. */
  readonly output: Output
  /** What it may answer beyond `universalErrors`. */
  readonly errors: readonly ErrorCode[]
}

export interface Route<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType, Allowed extends Access = Access>
  extends Described<Input, Output, Allowed> {
  readonly kind: 'route'
  /** The operation's name in OpenAPI and in the SDK. */
  readonly name: string
  readonly rest: RestBinding
}

export interface Command<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType, Allowed extends Access = Access>
  extends Described<Input, Output, Allowed> {
  readonly kind: 'command'
  /** The event name on the socket. */
  readonly name: string
  readonly rest?: RestBinding
}

/** An operation under the address that an older backend had for it, and in the words of its clients. */
export interface Alias {
  readonly operation: Operation
  readonly method: Method
  /** As in `RestBinding`; so are `headers`, which stand in place of the operation's. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Takes what its clients send; what comes out is the operation's input. Absent: they send that very input. */
  readonly input?: z.ZodType
  /** What they are answered, made of the operation's answer. Absent: that very answer. */
  readonly answer?: { readonly schema: z.ZodType; readonly from: (output: never) => object }
}

export interface Event<Payload extends z.ZodType = z.ZodType> {
  readonly kind: 'event'
  readonly name: string
  readonly summary: string
  readonly payload: Payload
}

export type Operation = Route | Command

/** How an alias is answered over REST: as its operation is, but for what it says itself. */
export const restOf = ({ operation, method, path, headers }: Alias): RestBinding => ({
  ...operation.rest,
  ...{ method, path },
  ...(headers && { headers }),
})

export type InputOf<D extends Operation> = z.output<D['input']>
/** What a caller writes: defaults may be left out. */
export type RequestOf<D extends Operation> = z.input<D['input']>
export type OutputOf<D extends Operation> = z.input<D['output']>
export type PayloadOf<E extends Event> = z.input<E['payload']>

export function route<I extends z.ZodType, O extends z.ZodType, A extends Access>(
  name: string,
  definition: Omit<Route<I, O, A>, 'kind' | 'name'>,
): Route<I, O, A> {
  return { kind: 'route', name, ...definition }
}

export function command<I extends z.ZodType, O extends z.ZodType, A extends Access>(
  name: string,
  definition: Omit<Command<I, O, A>, 'kind' | 'name'>,
): Command<I, O, A> {
  return { kind: 'command', name, ...definition }
}

export function event<P extends z.ZodType>(name: string, definition: Omit<Event<P>, 'kind' | 'name'>): Event<P> {
  return { kind: 'event', name, ...definition }
}
