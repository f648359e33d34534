import { randomUUID } from 'node:crypto'
import { createClient } from '@parley/client'

/** A group of so many people who registered a moment ago, with the handshake of each. */
export async function newRoom(url: string, size: number): Promise<{ chatId: string; members: unknown[] }> {
  const people = await Promise.all(
    Array.from({ length: size }, async () => {
      const client = createClient({ url })
      const username = `b${randomUUID().slice(0, 12)}`
      const { user, token } = await client.auth.register({ username, email: `${username}@example.org`, password: 'Correct-horse-7' })
      return { client, id: user.id, handshake: { protocol: 1, token } }
    }),
  )
  const [owner, ...others] = people
  if (owner === undefined) throw new Error('unable to open a room; it needs a member')
  const { chat } = await owner.client.chats.createGroup({ name: 'Hot room', memberIds: others.map((person) => person.id) })
  return { chatId: chat.id, members: people.map((person) => person.handshake) }
}
