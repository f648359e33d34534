/** A server and people with clients of it: what the tests of one file share. */
import { afterAll, afterEach, beforeAll } from 'vitest'
import { startServer, type TestServer } from '../../../../apps/server/src/testing/server.ts'
import { type ClientOptions, createClient, type OwnUser, type Parley } from '../client.ts'

export interface Person {
  readonly parley: Parley
  readonly user: OwnUser
  readonly username: string
}

export const password = 'Correct-horse-1'

/** Clients are closed after each test, the server after all of them. */
export function peopleOfOneServer() {
  let server: TestServer
  let people = 0
  const clients: Parley[] = []
  beforeAll(async () => {
    server = await startServer()
  })
  const closeAll = () => {
    for (const parley of clients.splice(0)) parley.close()
  }
  afterEach(closeAll)
  afterAll(async () => {
    closeAll()
    await server.stop()
  })

  const client = (options: ClientOptions = {}): Parley => {
    const parley = createClient({ url: server.url, ...options })
    clients.push(parley)
    return parley
  }
  return {
    server: () => server,
    client,
    /** Somebody new, with the client that they registered by. */
    async person(options?: ClientOptions): Promise<Person> {
      people += 1
      const username = `person-${people}`
      const parley = client(options)
      const { user } = await parley.auth.register({ username, email: `${username}@example.org`, password })
      return { parley, user, username }
    },
    async otherDevice({ username, user }: Person): Promise<Person> {
      const parley = client()
      await parley.auth.login({ username, password })
      return { parley, user, username }
    },
  }
}

export const group = async (owner: Person, ...members: Person[]): Promise<string> =>
  (await owner.parley.chats.createGroup({ name: 'Group', memberIds: members.map(({ user }) => user.id) })).chat.id

export const say = async ({ parley }: Person, chatId: string, content: string) =>
  (await parley.messages.sendMessage({ chatId, content })).message

interface View<Current> {
  readonly current: Current
  subscribe(listener: () => void): () => void
}

/** Resolves with the first snapshot that fits. */
export const until = <Current>(view: View<Current>, fits: (current: Current) => boolean): Promise<Current> =>
  new Promise((resolve) => {
    const look = () => {
      if (!fits(view.current)) return
      stop()
      resolve(view.current)
    }
    const stop = view.subscribe(look)
    look()
  })

export const isLive = ({ state }: { readonly state: string }) => state === 'live'

export const texts = ({ messages }: { readonly messages: readonly { readonly content: { readonly text: string } | null }[] }) =>
  messages.map(({ content }) => content?.text ?? null)
