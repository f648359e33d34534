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
