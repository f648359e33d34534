import type { Event, PayloadOf } from '@parley/protocol/define'
import type { Socket } from 'socket.io'
import type { RequestContext, Viewer } from '../core/call.ts'
import { newId } from '../core/ids.ts'

export interface SocketData {
  viewer: Viewer | null
  ip: string
  userAgent: string
}

/** A socket with what is known of whoever is at its other end. */
export type ParleySocket = Socket<Record<string, never>, Record<string, (payload: unknown) => void>, Record<string, never>, SocketData>
export type Acknowledge = (answer: unknown) => void

export function emit<E extends Event>(socket: ParleySocket, event: E, payload: PayloadOf<E>): void {
  socket.emit(event.name, payload)
}

export const contextOf = (socket: ParleySocket): RequestContext => ({
  id: newId(),
  ip: socket.data.ip,
  userAgent: socket.data.userAgent,
  http: null,
})
