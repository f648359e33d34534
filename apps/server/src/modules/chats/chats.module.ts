/** The door of chats. */
import type { Binding } from '../../core/call.ts'
import type { ChatsDeps } from './chats.deps.ts'
import { chatsHandlers } from './chats.handlers.ts'

export interface Chats {
  readonly bindings: Binding[]
}

export const createChats = (deps: ChatsDeps): Chats => ({ bindings: chatsHandlers(deps) })
