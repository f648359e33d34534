import { test } from 'vitest'
import { andThen, ann, expectFound, expectNotFound, type Storyteller, seenBy } from '../testing/story.ts'

const away = { kind: 'fault' as const, what: 'kill the bus', number: 1, away: ['bus' as const] }
const text = 'without a bus'
const shown = { messageId: text, clientId: `${text} of mine`, text }

/** Ann sends while the bus is away; `meanwhile` says what comes of it. */
const send = (meanwhile: (teller: Storyteller) => void) =>
  andThen((teller) => {
    teller.wait(20_000)
    teller.tell({ ...away, phase: 'begin' })
    meanwhile(teller)
    teller.wait(20_000)
    teller.tell({ ...away, phase: 'end' }, { kind: 'calm' })
  })

const sending = (teller: Storyteller) => {
  teller.attempt(ann, { name: 'send', clientId: shown.clientId, text }, { messageId: text, seq: 11 })
  teller.tell(seenBy('ann', 'new_message', 11, shown))
}

test('the checker finds a message that does not reach another node while the bus is away (D3)', () =>
  expectFound(send(sending), 'D3', 'stale'))

test('the checker finds a send that is refused because the bus is away (D3)', async () => {
  const refused = send((teller) => {
    teller.tell({
      kind: 'invoke',
      client: 'ann/1',
      person: ann,
      operation: 'refused',
      chat: 'group',
      action: { name: 'send', clientId: shown.clientId, text },
    })
    teller.tell({ kind: 'fail', operation: 'refused', code: 'UNAVAILABLE', retryable: true })
  })
  await expectFound(refused, 'D3', 'broken')
})

test('a message that reaches everybody within seconds is what is promised (D3)', async () => {
  const everywhere = send((teller) => {
    sending(teller)
    teller.wait(3000)
    teller.tell(seenBy('ben', 'new_message', 11, shown))
  })
  await expectNotFound(everywhere, 'D3')
})

test('a message that somebody sees before its sender knows that it is stored has reached them (D3)', async () => {
  const early = send((teller) => {
    const operation = 'early'
    const action = { name: 'send' as const, clientId: shown.clientId, text }
    teller.tell({ kind: 'invoke', client: 'ann/1', person: ann, operation, chat: 'group', action })
    for (const person of ['ann', 'ben']) teller.tell(seenBy(person, 'new_message', 11, shown))
    teller.tell({ kind: 'ok', operation, result: { messageId: text, seq: 11, rev: 11 } })
  })
  await expectNotFound(early, 'D3')
})

test('a device that stops reading is no absence of the bus (D3)', async () => {
  const stalled = andThen((teller) => {
    teller.wait(20_000)
    teller.tell({ ...away, what: 'a client stops reading', away: [], phase: 'begin' })
    sending(teller)
    teller.wait(20_000)
    teller.tell({ ...away, what: 'a client stops reading', away: [], phase: 'end' }, { kind: 'calm' })
  })
  await expectNotFound(stalled, 'D3')
})
