/** People of a Parley server, who registered a moment ago, and their chats. */
import { randomUUID } from 'node:crypto'
import { createClient, memoryTokens, type Parley, type TokenStore } from '@parley/client'
import { forEach } from '../for-each.ts'

export interface Person {
  readonly client: Parley
  readonly id: string
  readonly username: string
  readonly token: string
  readonly tokens: TokenStore
}

export const password = 'Correct-horse-7'

export function register(url: string, count: number): Promise<Person[]> {
  return forEach(Array.from({ length: count }), async () => {
    const tokens = memoryTokens()
    const client = createClient({ url, tokenStore: tokens, timeoutMs: 60_000 })
    const username = `b${randomUUID().replaceAll('-', '').slice(0, 16)}`
    const { user, token } = await client.auth.register({ username, email: `${username}@example.org`, password })
    return { client, id: user.id, username, token, tokens }
  })
}

/** A group of these people, which the first of them owns; returns its id. */
export async function group([owner, ...others]: readonly Person[]): Promise<string> {
  if (owner === undefined) throw new Error('unable to open a group; it needs somebody to own it')
  const { chat } = await owner.client.chats.createGroup({ name: 'A group', memberIds: others.map(({ id }) => id) })
  return chat.id
}

/** The private chat of two. */
export async function pair(one: Person, other: Person): Promise<string> {
  const { chat } = await one.client.chats.startPrivateChat({ userId: other.id })
  return chat.id
}
