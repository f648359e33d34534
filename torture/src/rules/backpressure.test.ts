import { test } from 'vitest'
import { andThen, ann, expectFound, expectNotFound, type Plant, type Storyteller } from '../testing/story.ts'

const stall = (teller: Storyteller, missed: number) =>
  teller.tell({ kind: 'stalled', client: 'ann/1' }, { kind: 'resumed', client: 'ann/1', missed })
const tooMuch = 64 * 2 ** 20

/** A send that nobody answers for half a minute. */
function leaveUnanswered(teller: Storyteller): void {
  const operation = 'never answered'
  teller.wait(60_000)
  const action = { name: 'send' as const, clientId: 'unheard of mine', text: 'unheard' }
  teller.tell({ kind: 'invoke', client: 'ann/1', person: ann, operation, chat: 'group', action })
  teller.wait(30_000)
  teller.tell({ kind: 'info', operation, reason: 'operation has timed out' })
}

const plants: Readonly<Record<string, readonly [rule: string, plant: Plant]>> = {
  'a server that keeps a client that does not read (B1)': [
    'B1',
    andThen((teller) => {
      stall(teller, tooMuch)
      teller.wait(60_000)
      teller.tell({ kind: 'calm' })
    }),
  ],
  'a server that grows without bound (B1)': ['B1', andThen((teller) => teller.tell({ kind: 'memory', node: 0, bytes: 4 * 2 ** 30 }))],
  'an internal error (B2)': [
    'B2',
    andThen((teller) => teller.attempt(ann, { name: 'delete', messageId: 'hello' }, { refused: 'INTERNAL' })),
  ],
  'a send that is left without an answer though nothing is wrong (B2)': ['B2', andThen(leaveUnanswered)],
  'a send that waits for its answer to the end (B2)': [
    'B2',
    andThen((teller) => {
      const action = { name: 'send' as const, clientId: 'unheard of mine', text: 'unheard' }
      teller.tell({ kind: 'invoke', client: 'ann/sdk', person: ann, operation: 'unheard', chat: 'group', action })
    }),
  ],
  'a server that does not end in order (B3)': ['B3', andThen((teller) => teller.tell({ kind: 'exit', code: 1 }))],
  'a server that has to be killed though it was asked to end (B3)': ['B3', andThen((teller) => teller.tell({ kind: 'exit', code: null }))],
}

test.each(Object.entries(plants))('the checker finds %s', async (_, [rule, plant]) => {
  await expectFound(plant, rule, 'broken')
})

test('who read little enough may stay, and who was let go was let go (B1)', async () => {
  await expectNotFound(
    andThen((teller) => {
      stall(teller, 1000)
      stall(teller, tooMuch)
      teller.tell({ kind: 'disconnected', client: 'ann/1', by: 'server' })
      teller.wait(60_000)
      teller.tell({ kind: 'calm' })
    }),
    'B1',
  )
})

test('nobody is owed an answer while the database is away (B2)', async () => {
  const away = { kind: 'fault' as const, what: 'freeze the database', number: 1, away: ['database' as const] }
  await expectNotFound(
    andThen((teller) => {
      teller.tell({ ...away, phase: 'begin' })
      leaveUnanswered(teller)
      teller.tell({ ...away, phase: 'end' })
    }),
    'B2',
  )
})

test('who was cut off while they did not read, and is back on another connection, owes nothing (B1)', async () => {
  const back = andThen((teller) => {
    teller.tell({ kind: 'stalled', client: 'ann/1' }, { kind: 'disconnected', client: 'ann/1', by: 'server' })
    teller.connect('ann/1')
    teller.tell({ kind: 'resumed', client: 'ann/1', missed: tooMuch })
    teller.wait(60_000)
    teller.tell({ kind: 'calm' })
  })
  await expectNotFound(back, 'B1')
})
