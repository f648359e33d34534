import type { Event, PayloadOf } from '@parley/protocol/define'
import type { Socket } from 'socket.io'
import type { RequestContext, Viewer } from '../core/call.ts'
import { newId } from '../core/ids.ts'
import { type Family, said } from './families.ts'

export interface SocketData {
  viewer: Viewer | null
  ip: string
  userAgent: string
  /** null: native. */
  family: Family | null
  /** Whether that is for good; else its first word of a family's own decides. */
  isBound: boolean
}

/** A socket with what is known of whoever is at its other end. */
export type ParleySocket = Socket<Record<string, never>, Record<string, (payload: unknown) => void>, Record<string, never>, SocketData>
export type Acknowledge = (answer: unknown) => void

export function emit<E extends Event>(socket: ParleySocket, event: E, payload: PayloadOf<E>): void {
  const told = said(socket.data.family, event.name, payload)
  if (told !== null) socket.emit(...told)
}

export const contextOf = (socket: ParleySocket): RequestContext => ({
  id: newId(),
  ip: socket.data.ip,
  userAgent: socket.data.userAgent,
  http: null,
})

/** Of a connection's first request, what Socket.IO reads again when a client leaves and comes back over the same connection. */
interface KeptRequest {
  readonly headers: object
  readonly url?: string
  /** Put there by the engine. */
  readonly _query?: object
  readonly connection: { readonly encrypted: boolean }
}

/** Lets go of what has been read of a connection's first request, which would stay in memory for as long as the connection. */
export function forgetRequest({ conn, handshake }: ParleySocket): void {
  const { headers, url, _query, connection } = conn.request as typeof conn.request & Pick<KeptRequest, '_query'>
  const request: KeptRequest = {
    headers,
    ...(url !== undefined && { url }),
    ...(_query && { _query }),
    connection: { encrypted: 'encrypted' in connection },
  }
  Object.assign(conn, { request })
  handshake.auth = {}
}
