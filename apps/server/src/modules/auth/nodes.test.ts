import { changePassword, endSession, listSessions, login, logout } from '@parley/protocol/auth'
import { createGroup, removeMember } from '@parley/protocol/chats'
import { newMessage, sendMessage } from '@parley/protocol/messages'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, newPerson, type Person, request } from '../../testing/client.ts'
import { describeTwoServers, through } from '../../testing/two-servers.ts'

describeTwoServers('what is taken away through one server', {}, (servers) => {
  let asha: Person
  beforeAll(async () => {
    asha = await newPerson(servers.one.url)
  })

  /** Somebody with a socket on the other server, in a group with asha and a witness there. */
  const scene = async () => {
    const [ben, witness] = [await newPerson(servers.one.url), await newPerson(servers.two.url)]
    const { chat } = await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id, witness.id] })
    const [socket, seeing] = [await through(servers.two, ben).connect(), await witness.connect()]
    /** Says something through the other server and waits until the witness there has it. */
    const say = async (content: string) => {
      await through(servers.two, asha).ask(sendMessage, { chatId: chat.id, content })
      await seeing.next(newMessage, ({ message }) => message.content?.type === 'text' && message.content.text === content)
    }
    await say('before')
    await socket.next(newMessage)
    const heard = () => socket.received.filter(({ name }) => name === newMessage.name).length
    return { ben, chatId: chat.id, socket, say, heard, close: () => seeing.close() }
  }

  const takings: [string, (person: Person) => Promise<unknown>][] = [
    ['a logout', (person) => person.ask(logout, {})],
    [
      'the end of a session from elsewhere',
      async (person) => {
        const { tokens } = await ask(servers.one.url, login, { username: person.username, password: person.password })
        const { sessions } = await person.ask(listSessions, {})
        const sessionId = sessions.find(({ current }) => current)?.id as string
        await request(servers.one.url, endSession, { sessionId }, { token: tokens.accessToken })
      },
    ],
    [
      'a change of the password from elsewhere',
      async (person) => {
        const { tokens } = await ask(servers.one.url, login, { username: person.username, password: person.password })
        const change = { currentPassword: person.password, newPassword: 'Another-horse-8', confirmPassword: 'Another-horse-8' }
        await ask(servers.one.url, changePassword, change, { token: tokens.accessToken })
      },
    ],
  ]
  const proofs = () => {
    test.each(takings)('after %s nothing more reaches a socket on the other (P2)', async (_, take) => {
      const { ben, socket, say, heard, close } = await scene()
      await take(ben)
      await say('after')
      await socket.closed
      expect(heard()).toBe(1)
      expect((await through(servers.two, ben).request(listSessions, {})).status).toBe(401)
      close()
    })

    test('after a removal nothing more of the chat reaches a socket on the other (P2)', async () => {
      const { ben, chatId, socket, say, heard, close } = await scene()
      await asha.ask(removeMember, { chatId, userId: ben.id })
      await say('after')
      expect(heard()).toBe(1)
      for (const end of [close, socket.close]) end()
    })
  }

  describe('while Redis is there', proofs)

  describe('while Redis is away (D3)', () => {
    beforeAll(() => servers.redis.kill())
    afterAll(() => servers.redis.restart())
    proofs()

    test('the servers are ready, and say that the bus is down', async () => {
      const answer = await fetch(`${servers.one.url}/readyz`)
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ checks: { database: 'ok', bus: 'down' } })
    })
  })
})

describeTwoServers('guessing passwords through two servers', { RATE_LIMITS: 'on' }, (servers) => {
  const guess = async (person: Person, count: number) => {
    const statuses: number[] = []
    for (let tries = 0; tries < count; tries++) {
      const { url } = tries % 2 === 0 ? servers.one : servers.two
      statuses.push((await request(url, login, { username: person.username, password: 'Wrong-horse-1' })).status)
    }
    return statuses
  }

  test('five guesses are one person’s, whichever server they are made through', async () => {
    const person = await newPerson(servers.one.url)
    expect(await guess(person, 8)).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
  })

  test('it stops while Redis is away as well, and nothing answers 5xx (D3)', async () => {
    const person = await newPerson(servers.one.url)
    await servers.redis.kill()
    const statuses = await guess(person, 16)
    await servers.redis.restart()
    expect(new Set(statuses)).toEqual(new Set([401, 429]))
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(10)
    expect(statuses.at(-1)).toBe(429)
  })
})
