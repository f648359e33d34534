/** What a client can listen to. */
import type { ServerEvents } from './operations.ts'

/** `offline`: not connected and not trying: closed, logged out, or never opened. `connecting`: trying, or about to try again. */
export type ConnectionState = 'offline' | 'connecting' | 'online'

/** What the client itself has to tell. */
export interface LocalEvents {
  connection: ConnectionState
  /** Online again after a loss at `lostAt` (ISO 8601): changes since then weren't received, so read again what is shown. */
  reconnected: { lostAt: string }
  /** Nobody is logged in any more: by `logout`, or because the server ended the session. */
  logged_out: { reason: 'logout' | 'refused' }
  /** Something doesn't work as it should, and it goes on without it. */
  warning: { message: string; cause: unknown }
}

export type Events = ServerEvents & LocalEvents
export type EventName = keyof Events

export interface Emitter {
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void
  emit<Name extends EventName>(name: Name, payload: Events[Name]): void
}

export function createEmitter(): Emitter {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  return {
    on(name, listener) {
      const registered = listeners.get(name) ?? new Set()
      listeners.set(name, registered.add(listener))
      return () => void registered.delete(listener)
    },
    emit(name, payload) {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        callSafely(() => listener(payload as never))
      }
    },
  }
}

/** One listener's mistake must neither hide nor keep the event from the others. */
export function callSafely(listener: () => void): void {
  try {
    listener()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
