import { randomUUID } from 'node:crypto'
import { createGroup, removeMember } from '@parley/protocol/chats'
import { listMessages } from '@parley/protocol/messages'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../core/ids.ts'
import { createLog } from '../../core/log.ts'
import { MemoryBus } from '../../platform/bus/memory.ts'
import { SingleCluster } from '../../platform/cluster/single.ts'
import type { Database } from '../../platform/database/database.ts'
import { openDatabase } from '../../platform/database/open-database.ts'
import { newPerson, type Person } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { leaveAside } from '../../testing/mirrors.ts'
import { startServer, type TestServer, type TestServerOptions } from '../../testing/server.ts'
import { createStreams, type Draft, type Roster, type Send, type Stored } from './streams.module.ts'

const log = createLog({ level: 'fatal', pretty: false })

/** Another process's streams on the same database; `told` is what its members were told of, in order. */
function anotherProcess(database: Database): { send: Send; told: Stored[]; drain: () => Promise<void> } {
  const ownReaders = () => {
    throw new Error('nothing here is for one person alone')
  }
  const live = {
    toUsers: () => {},
    allToUsers: () => {},
    toSessions: () => {},
    isHere: () => false,
    userIds: () => [],
    sessionIds: () => [],
    endSessions: () => {},
  }
  const streams = createStreams({
    database,
    live,
    broadcast: { toUsers: () => {} },
    log,
    ownReaders,
    bus: new MemoryBus(),
    cluster: new SingleCluster(),
  })
  const told: Stored[] = []
  const send = streams.acceptSends(async (stored) => {
    told.push(...stored)
    return []
  })
  return { send, told, drain: streams.drain }
}

const draftOf =
  (senderId: string, changes: Partial<Draft> = {}) =>
  (roster: Roster): Draft => ({
    ...{ id: newId(), chatId: roster.chatId, senderId, clientId: randomUUID(), requestHash: 'hash', access: roster.access },
    ...{ content: '{"type":"text","text":"hello"}', replyTo: null, mentions: '[]', createdAt: Date.now() },
    ...changes,
  })

describeOnEachDatabase('the write queue', (options) => {
  let server: TestServer
  let serverOptions: TestServerOptions
  let asha: Person
  let ben: Person

  beforeAll(async () => {
    serverOptions = await options()
    server = await startServer(serverOptions)
    ;[asha, ben] = await Promise.all([newPerson(server.url), newPerson(server.url)])
  })
  afterAll(() => server?.stop())

  const newGroup = async () => (await asha.ask(createGroup, { name: 'Group', memberIds: [ben.id] })).chat.id
  const history = async (chatId: string) => (await asha.ask(listMessages, { chatId, limit: 100 })).messages

  test('a row that the database refuses fails alone, and the rest of its batch is stored without a hole (O1, D2)', async () => {
    const [one, other] = [await newGroup(), await newGroup()]
    const { send } = anotherProcess(server.app.database)
    const poison = { content: '{"type":"text","text":"\\u0000"}' }
    const sends = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => send(index % 2 ? one : other, draftOf(asha.id, index === 7 ? poison : {}))),
    )
    expect(sends.map(({ status }) => status === 'fulfilled')).toEqual(sends.map((_, index) => index !== 7))
    expect((await history(one)).map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect((await history(other)).map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  test('a send checked against old members is checked again, and refused if they changed against it (P1)', async () => {
    const chatId = await newGroup()
    leaveAside(chatId)
    const { send } = anotherProcess(server.app.database)
    await send(chatId, draftOf(ben.id))
    await asha.ask(removeMember, { chatId, userId: ben.id })
    const checked: number[] = []
    const attempt = send(chatId, (roster) => {
      checked.push(roster.access)
      if (!roster.members.has(ben.id)) throw new Error('not a member')
      return draftOf(ben.id)(roster)
    })
    await expect(attempt).rejects.toThrow('not a member')
    expect(checked).toEqual([1, 2])
    expect(await history(chatId)).toHaveLength(1)
  })

  test('a known client id in a batch leaves no hole and repeats nothing (E1, O1)', async () => {
    const chatId = await newGroup()
    const { send, told } = anotherProcess(server.app.database)
    const again = { clientId: randomUUID() }
    const first = await send(chatId, draftOf(asha.id, again))
    const outcomes = await Promise.all([draftOf(asha.id), draftOf(asha.id, again), draftOf(asha.id)].map((draft) => send(chatId, draft)))
    expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'known', 'stored'])
    expect(outcomes[1]).toMatchObject({ id: first.kind === 'stored' && first.draft.id })
    expect(told.map(({ seq }) => seq)).toEqual([2, 3, 4])
  })

  test('more than it can hold is refused at once, and what it holds is stored (B2)', async () => {
    const chatId = await newGroup()
    const { send } = anotherProcess(server.app.database)
    const sends = await Promise.allSettled(Array.from({ length: 20_010 }, () => send(chatId, draftOf(asha.id))))
    const refused = sends.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(refused.length).toBe(10)
    expect(refused[0]).toMatchObject({ code: 'OVERLOADED', retryAfter: 1 })
    expect((await asha.ask(listMessages, { chatId, limit: 1 })).messages[0]?.seq).toBe(20_001)
  })

  test('draining stores what was taken and refuses the rest (B3)', async () => {
    const chatId = await newGroup()
    const { send, drain } = anotherProcess(server.app.database)
    await send(chatId, draftOf(asha.id))
    const taken = Array.from({ length: 50 }, () => send(chatId, draftOf(asha.id)))
    await Promise.resolve()
    const drained = drain()
    const late = send(chatId, draftOf(asha.id))
    await expect(late).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await drained
    const stored = (await Promise.allSettled(taken)).filter(({ status }) => status === 'fulfilled')
    expect(await history(chatId)).toHaveLength(1 + stored.length)
  })

  test('two processes on one database: no hole, no deadlock, one effect per client id (E1, O1)', async ({ skip }) => {
    const { databaseUrl } = serverOptions
    if (databaseUrl === undefined) return skip('the embedded database belongs to one process')
    const databases = await Promise.all([1, 2].map(() => openDatabase({ url: databaseUrl, dataDir: '', log })))
    const processes = databases.map(anotherProcess)
    const chats = await Promise.all(Array.from({ length: 8 }, newGroup))
    const shared = Array.from({ length: 300 }, (_, index) => ({ clientId: randomUUID(), chatId: chats[index % 8] as string }))
    const results = await Promise.all(
      processes.flatMap(({ send }) =>
        Array.from({ length: 3000 }, async (_, index) => {
          const again = index % 5 === 0 ? shared[index % 300] : undefined
          const outcome = await send(
            again?.chatId ?? (chats[(index * 7) % 8] as string),
            draftOf(asha.id, again && { clientId: again.clientId }),
          )
          return { clientId: again?.clientId, id: outcome.kind === 'stored' ? outcome.draft.id : outcome.id }
        }),
      ),
    )
    for (const { clientId } of shared) {
      const ids = results.filter((result) => result.clientId === clientId).map(({ id }) => id)
      expect(new Set(ids).size).toBeLessThanOrEqual(1)
    }
    const stored = new Set(results.map(({ id }) => id)).size
    const { rows } = await server.app.database.raw(
      'select count(*)::int as messages, count(*) filter (where seq <> place + 1)::int as misplaced from (select seq, row_number() over (partition by chat_id order by seq) as place from messages where chat_id = any($1)) placed',
      [chats],
    )
    expect(rows).toEqual([{ messages: stored, misplaced: 0 }])
    await Promise.all(databases.map((database) => database.close()))
  })

  test('a chat that is locked elsewhere stalls no other, also in a batch of many', async ({ skip }) => {
    const { databaseUrl } = serverOptions
    if (databaseUrl === undefined) return skip('the embedded database has one session')
    const [locked, ...free] = await Promise.all(Array.from({ length: 20 }, newGroup))
    const { send } = anotherProcess(server.app.database)
    await server.app.database.transaction(async (tx) => {
      await tx
        .selectFrom('chat_heads')
        .select('last_seq')
        .where('chat_id', '=', locked as string)
        .forUpdate()
        .execute()
      const stuck = send(locked as string, draftOf(asha.id))
      const others = await Promise.all(free.flatMap((chatId) => [send(chatId, draftOf(asha.id)), send(chatId, draftOf(asha.id))]))
      expect(others.map(({ kind }) => kind)).toEqual(others.map(() => 'stored'))
      await expect(stuck).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    })
    expect((await send(locked as string, draftOf(asha.id))).kind).toBe('stored')
  })
})
