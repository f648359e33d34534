/** Two people with a conversation, so that a newcomer's first look is not at an empty page. Development only. */
import { startPrivateChat } from '@parley/protocol/chats'
import type { Operation, OutputOf, RequestOf } from '@parley/protocol/define'
import { sendMessage } from '@parley/protocol/messages'
import type { Binding, Viewer } from './core/call.ts'
import { AppError } from './core/errors.ts'
import type { Users } from './modules/users/users.module.ts'
import type { Database } from './platform/database/database.ts'

const people = [
  { username: 'asha', name: 'Asha Verma', email: 'asha@demo.example' },
  { username: 'ben', name: 'Ben Okafor', email: 'ben@demo.example' },
] as const

export const demoUsernames: readonly string[] = people.map((person) => person.username)

const conversation = [
  ['asha', 'Hi Ben! Did you get the new server running?'],
  ['ben', 'Just now. Two commands, and here we are 🎉'],
  ['asha', 'And it keeps its own database?'],
  ['ben', 'Yes, embedded. You can point it at PostgreSQL once the whole team moves in.'],
  ['asha', 'Lovely. Open the other link in a second tab and write back: you will see it arrive live.'],
] as const

/** No bcrypt hash matches it, so nobody logs in by password: the demo links are the only way in. */
const noPassword = 'demo'

/** Creates the demo people and their conversation where they don't exist yet. */
export async function seedDemo({
  database,
  users,
  bindings,
}: {
  database: Database
  users: Users
  bindings: readonly Binding[]
}): Promise<void> {
  if (await users.isTaken({ username: people[0].username })) return
  const created = await createPeople(database, users)
  if (created.length === 0) return
  const viewers = new Map(created.map(({ id, username }): [string, Viewer] => [username, { userId: id, sessionId: id, role: 'user' }]))

  const run = async <D extends Operation>(username: string, definition: D, input: RequestOf<D>): Promise<OutputOf<D>> => {
    const binding = bindings.find((candidate) => candidate.definition === definition)
    const viewer = viewers.get(username)
    if (binding === undefined || viewer === undefined)
      throw new Error(`unable to seed the demo; there is no ${definition.name} for ${username}`)
    const request = { id: 'demo', ip: '127.0.0.1', userAgent: 'demo', http: null }
    return (await binding.handler({ viewer, input: definition.input.parse(input), request } as never)) as OutputOf<D>
  }

  const [asha, ben] = people
  const { chat } = await run(asha.username, startPrivateChat, { userId: viewers.get(ben.username)?.userId ?? '' })
  for (const [username, text] of conversation) await run(username, sendMessage, { chatId: chat.id, content: text })
}

/** Nobody where one of them is there already: under another username by now, or because another server makes them at this moment. */
async function createPeople(database: Database, users: Users): Promise<readonly { readonly id: string; readonly username: string }[]> {
  try {
    return await database.transaction((tx) =>
      Promise.all(people.map((person) => users.create(tx, { ...person, passwordHash: noPassword }))),
    )
  } catch (error) {
    if (error instanceof AppError && (error.code === 'EMAIL_TAKEN' || error.code === 'USERNAME_TAKEN')) return []
    throw error
  }
}
