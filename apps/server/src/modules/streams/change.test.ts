import { randomUUID } from 'node:crypto'
import { createGroup } from '@parley/protocol/chats'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../core/ids.ts'
import { createLog } from '../../core/log.ts'
import { MemoryBus } from '../../platform/bus/memory.ts'
import { SingleCluster } from '../../platform/cluster/single.ts'
import { newPerson } from '../../testing/client.ts'
import { describeOnEachDatabase } from '../../testing/each-database.ts'
import { leaveAside } from '../../testing/mirrors.ts'
import { startServer, type TestServer } from '../../testing/server.ts'
import { createStreams } from './streams.module.ts'

const log = createLog({ level: 'fatal', pretty: false })

/** One of its other processes never answers. */
class WaitingCluster extends SingleCluster {
  override everywhere(): Promise<void> {
    return new Promise(() => undefined)
  }
}

describeOnEachDatabase('a change that every server must know of', (options) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer(await options())
  })
  afterAll(() => server?.stop())

  test('keeps nobody from sending while one of them is waited for', async () => {
    const asha = await newPerson(server.url)
    const chatId = (await asha.ask(createGroup, { name: 'Group', memberIds: [] })).chat.id
    leaveAside(chatId)
    const streams = createStreams({
      ...{ database: server.app.database, log, bus: new MemoryBus(), cluster: new WaitingCluster() },
      live: {
        toUsers() {},
        allToUsers() {},
        toSessions() {},
        isHere: () => false,
        userIds: () => [],
        sessionIds: () => [],
        endSessions() {},
      },
      broadcast: { toUsers() {} },
      ownReaders: () => {
        throw new Error('nothing here is for one person alone')
      },
    })
    const send = streams.acceptSends(async () => [])
    void streams.change(chatId, async ({ touchAccess }) => {
      touchAccess()
      return { result: null, frames: [] }
    })
    const outcome = await send(chatId, ({ access }) => ({
      ...{ id: newId(), chatId, senderId: asha.id, clientId: randomUUID(), requestHash: 'hash', access, createdAt: Date.now() },
      ...{ content: '{"type":"text","text":"hello"}', replyTo: null, mentions: '[]' },
    }))
    expect(outcome.kind).toBe('stored')
  })
})
