/** A plain client, as somebody without our SDK would write it: fetch and socket.io-client, driven by the contract. */
import { randomUUID } from 'node:crypto'
import { register } from '@parley/protocol/auth'
import type { Event, Operation, OutputOf, PayloadOf, RequestOf } from '@parley/protocol/define'
import type { Failure, Problem } from '@parley/protocol/errors'
import { io, type Socket } from 'socket.io-client'
import { addMirror, compareMirrors, hasMirrors } from './mirrors.ts'

interface Credentials {
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer<T> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
}

/** One REST request as the contract says it: path, query, body. What it changed shows with everybody whom it concerns. */
export async function request<D extends Operation>(
  url: string,
  definition: D,
  input: unknown,
  credentials?: Credentials,
): Promise<Answer<OutputOf<D> & Problem>> {
  const answer = await fetchAnswer(url, definition, input, credentials)
  await compareMirrors({ definition, input, answer: answer.body })
  return answer
}

async function fetchAnswer<D extends Operation>(
  url: string,
  { rest, name }: D,
  input: unknown,
  { token, headers }: Credentials = {},
): Promise<Answer<OutputOf<D> & Problem>> {
  if (rest === undefined) throw new Error(`${name} has no REST path`)
  const members = { ...(input as Record<string, unknown>) }
  const path = rest.path.replace(/:(\w+)/g, (_, key: string) => {
    const value = String(members[key])
    delete members[key]
    return encodeURIComponent(value)
  })
  const query = rest.method === 'GET' ? `?${new URLSearchParams(Object.entries(members).map(([key, value]) => [key, String(value)]))}` : ''
  const response = await fetch(`${url}${path}${query}`, {
    method: rest.method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...headers },
    ...(rest.method !== 'GET' && { body: JSON.stringify(members) }),
  })
  const text = await response.text()
  const json = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : { text }) as OutputOf<D> & Problem }
}

/** The answer's body, where it's a success. */
export async function ask<D extends Operation>(
  url: string,
  definition: D,
  input: RequestOf<D>,
  credentials?: Credentials,
): Promise<OutputOf<D>> {
  const { status, body } = await request(url, definition, input, credentials)
  if (status >= 300) throw new Error(`${definition.name} answered ${status} ${body.code}: ${body.message}`)
  return body
}

export interface TestSocket {
  readonly socket: Socket
  /** Everything received so far, in order. */
  readonly received: readonly { name: string; payload: unknown }[]
  /** Sends a command and waits for its acknowledgement. */
  command<D extends Operation>(definition: D, input: unknown): Promise<(OutputOf<D> & { success: true }) | Failure>
  /** The next event of this kind that was not handed out yet and fits, waiting for it if need be. */
  next<E extends Event>(event: E, fits?: (payload: PayloadOf<E>) => boolean): Promise<PayloadOf<E>>
  /** Resolves when the server has closed the connection. */
  closed: Promise<string>
  close(): void
}

const patience = 10_000

const within = <T>(promise: Promise<T>, what: () => string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${patience} ms in vain for ${what()}`)), patience)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Connects; resolves once the handshake is over, rejects with what `connect_error` brought. `auth` as the handshake has it. */
export async function connect(url: string, auth: Record<string, unknown>, options: Record<string, unknown> = {}): Promise<TestSocket> {
  const socket = io(url, { auth: { protocol: 1, ...auth }, transports: ['websocket'], forceNew: true, reconnection: false, ...options })
  const received: { name: string; payload: unknown }[] = []
  const handedOut = new Set<object>()
  const waiting: (() => void)[] = []
  socket.onAny((name: string, payload: unknown) => {
    received.push({ name, payload })
    for (const wake of waiting.splice(0)) wake()
  })
  const closed = new Promise<string>((resolve) => socket.once('disconnect', resolve))
  const next = async <E extends Event>(event: E, fits: (payload: PayloadOf<E>) => boolean = () => true): Promise<PayloadOf<E>> => {
    for (;;) {
      const entry = received.find(
        (candidate) => candidate.name === event.name && !handedOut.has(candidate) && fits(candidate.payload as PayloadOf<E>),
      )
      if (entry !== undefined) {
        handedOut.add(entry)
        return entry.payload as PayloadOf<E>
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  await within(
    new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('connect_error', reject)
    }),
    () => 'a connection',
  )
  return {
    socket,
    received,
    closed,
    command: async (definition, input) => {
      const answer = await within(socket.emitWithAck(definition.name, input), () => `the acknowledgement of ${definition.name}`)
      await compareMirrors({ definition, input, answer })
      return answer
    },
    next: (event, fits) =>
      within(next(event, fits), () => `${event.name}; received ${received.map((entry) => entry.name).join(', ') || 'nothing'}`),
    close: () => socket.disconnect(),
  }
}

export interface Person {
  readonly id: string
  readonly username: string
  readonly password: string
  readonly token: string
  readonly refreshToken: string
  ask<D extends Operation>(definition: D, input: RequestOf<D>): Promise<OutputOf<D>>
  request<D extends Operation>(definition: D, input: unknown): Promise<Answer<OutputOf<D> & Problem>>
  connect(): Promise<TestSocket>
}

/** Somebody new, registered and logged in. */
export async function newPerson(url: string): Promise<Person> {
  const username = `u${randomUUID().slice(0, 13)}`
  const password = 'Correct-horse-7'
  const { user, tokens } = await ask(url, register, { email: `${username}@example.org`, username, password })
  const credentials = { token: tokens.accessToken }
  if (hasMirrors()) {
    const { socket } = await connect(url, credentials)
    addMirror({ userId: user.id, socket, ask: (definition, input) => fetchAnswer(url, definition, input, credentials) })
  }
  return {
    id: user.id,
    username,
    password,
    token: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    ask: (definition, input) => ask(url, definition, input, credentials),
    request: (definition, input) => request(url, definition, input, credentials),
    connect: () => connect(url, credentials),
  }
}
