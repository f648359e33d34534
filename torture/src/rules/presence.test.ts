import { test } from 'vitest'
import { andThen, ann, ben, dan, expectFound, expectNotFound, type Plant, retold } from '../testing/story.ts'

const ghost: Plant = (story) =>
  retold(story, (entries) => entries.filter((entry) => !(entry.kind === 'presence' && entry.person === dan && !entry.online)))
const endlessTyping: Plant = (story) => retold(story, (entries) => entries.filter((entry) => !(entry.kind === 'typing' && !entry.isTyping)))

test('the checker finds somebody who is shown as there long after they went (S3)', () => expectFound(ghost, 'S3', 'stale'))

test('the checker finds somebody who types for ever (S4)', () => expectFound(endlessTyping, 'S4', 'stale'))

test('who came back is there (S3)', async () => {
  const plant: Plant = (story) => {
    const back = { kind: 'connected' as const, client: 'dan/2', person: dan, node: 1 }
    return retold(ghost(story), (entries) =>
      entries.flatMap((entry) =>
        entry.kind === 'disconnected' && entry.client === 'dan/1' ? [entry, { ...back, order: 0, at: entry.at + 1 }] : [entry],
      ),
    )
  }
  await expectNotFound(plant, 'S3')
})

test('who was taken out while somebody wrote is not told that they stopped (S4, P2)', async () => {
  const plant = andThen((teller) => {
    teller.attempt(ann, { name: 'add', member: dan }, { seq: 0 })
    teller.tell({ kind: 'typing', client: 'dan/1', chat: 'group', person: ben, isTyping: true })
    teller.attempt(ann, { name: 'remove', member: dan }, { seq: 0 })
    teller.wait(30_000)
    teller.tell({ kind: 'calm' })
  })
  await expectNotFound(plant, 'S4')
})

test('the time begins anew when what keeps the news from travelling is over (S3, S4)', async () => {
  const frozen = { kind: 'fault' as const, what: 'freeze the database', number: 1, away: ['database' as const] }
  const plant = andThen((teller) => {
    teller.tell({ ...frozen, phase: 'begin' })
    teller.tell({ kind: 'typing', client: 'ann/1', chat: 'group', person: ben, isTyping: true })
    teller.wait(30_000)
    teller.tell({ ...frozen, phase: 'end' }, { kind: 'calm' })
    teller.tell({ kind: 'typing', client: 'ann/1', chat: 'group', person: ben, isTyping: false })
  })
  await expectNotFound(plant, 'S4')
})
