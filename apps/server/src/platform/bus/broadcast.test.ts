import { messageStatusUpdate } from '@parley/protocol/messages'
import { expect, test } from 'vitest'
import type { Live } from '../../core/live.ts'
import { createLog } from '../../core/log.ts'
import { PositionNews } from '../../modules/messages/messages.module.ts'
import { BusBroadcast, type Sendable } from './broadcast.ts'
import { MemoryBus, MemoryHub } from './memory.ts'

const people = ['asha', 'ben']

/** A process with both people connected, and the positions that it told each of them, in order. */
async function newNode(hub: MemoryHub, nodeId: string) {
  const told: string[] = []
  const toUsers: Live['toUsers'] = (userIds, _event, payload) => {
    const { seq } = payload as { seq: number }
    for (const userId of userIds) told.push(`${userId} ${seq}`)
  }
  const live = {
    toUsers,
    allToUsers() {},
    toSessions() {},
    isHere: () => true,
    userIds: () => people,
    sessionIds: () => [],
    endSessions() {},
  }
  const news = new PositionNews()
  const positions: Sendable<typeof messageStatusUpdate> = {
    event: messageStatusUpdate,
    newTo: (userIds, payload) => news.newTo(userIds, payload),
  }
  const broadcast = new BusBroadcast({
    bus: Object.assign(new MemoryBus(hub), { shared: true }),
    live,
    log: createLog({ level: 'silent', pretty: false }),
    cluster: { nodeId, writable: true },
    events: [positions],
    membersOf: async () => new Set(people),
  })
  await broadcast.listen()
  return { broadcast, told }
}

test('a position that another server wrote before, and tells later, is told no more; to whom it is news it is (S1)', async () => {
  const hub = new MemoryHub()
  const [one, two] = [await newNode(hub, 'one'), await newNode(hub, 'two')]
  const tell = ({ broadcast }: typeof one, userId: string, seq: number) =>
    broadcast.toUsers({ userIds: [userId], chatId: 'chat' }, messageStatusUpdate, {
      ...{ chatId: 'chat', userId: 'carla', status: 'read', seq, messageId: null },
      timestamp: '2026-01-01T00:00:00.000Z',
    })
  tell(one, 'asha', 9)
  tell(two, 'asha', 5)
  tell(two, 'ben', 5)
  tell(one, 'asha', 10)
  await expect.poll(() => two.told.at(-1)).toBe('asha 10')
  expect(one.told).toEqual(['asha 9', 'asha 10', 'ben 5'])
  expect(two.told.filter((each) => each.startsWith('asha')).slice(-1)).toEqual(['asha 10'])
})
