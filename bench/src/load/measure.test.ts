/** A bench that overlooks a lost message measures how fast messages can be lost. */
import { expect, test } from 'vitest'
import type { Chat, Listener, Target } from '../targets/target.ts'
import { measure, underLoad } from './measure.ts'
import { Room } from './room.ts'

interface Behaviour {
  /** How often each recipient gets each message. */
  readonly copies: number
  /** How many rows each confirmed message leaves. */
  readonly rows: number
}

/** A server that is no more than a list of who listens. */
function target({ copies, rows }: Behaviour): { target: Target; chat: Chat } {
  const listeners: Listener[] = []
  let stored = 0
  const send = (member: number, number: number) => {
    stored += rows
    for (const listener of listeners) for (let copy = 0; copy < copies; copy++) listener.delivered(number, performance.now(), -1)
    listeners[member]?.acknowledged(number, performance.now())
  }
  const chat: Chat = {
    size: 3,
    recipients: 3,
    async connect(member, listener) {
      listeners[member] = listener
      return { send: (number) => setImmediate(send, member, number), close: () => undefined }
    },
  }
  const unused = () => Promise.reject(new Error('nobody asks for this'))
  return {
    chat,
    target: {
      ...{ name: 'ws', cpu: () => ({ server: 0, database: 0, redis: 0 }), memory: () => 0, openGroup: unused, openPairs: unused },
      ...{ openCrowd: unused, restart: unused, stop: unused, stored: async () => stored },
    },
  }
}

function underBehaviour(behaviour: Behaviour) {
  const server = target(behaviour)
  return underLoad(server.target, [server.chat], (load) =>
    measure(server.target, () => load.steady({ seconds: 0.05, rate: 200, senders: 2 })),
  )
}

test('a run counts in which everybody gets every message once, and each is stored', async () => {
  expect((await underBehaviour({ copies: 1, rows: 1 })).messagesPerSecond).toBeGreaterThan(0)
})

test('a run in which messages come twice does not count', async () => {
  await expect(underBehaviour({ copies: 2, rows: 1 })).rejects.toThrow(/the run does not count: \d+ came twice/)
})

test('a run in which messages are confirmed and not stored does not count', async () => {
  await expect(underBehaviour({ copies: 1, rows: 0 })).rejects.toThrow(/the run does not count: (\d+) messages were confirmed and 0 stored/)
})

test('a message that nobody got, and one that was not confirmed, is told', async () => {
  const deaf: Chat = { size: 2, recipients: 2, connect: async () => ({ send: () => undefined, close: () => undefined }) }
  const quiet = { delivered: () => undefined, acknowledged: () => undefined, failed: () => undefined }
  const room = await Room.open(deaf, quiet)
  expect(room.contradictions()).toEqual([])
  room.send(0)
  expect(room.contradictions()).toEqual(['1 messages were sent and 0 acknowledged', '1 messages to 2 recipients came 0 times'])
})
