import { expect, test } from 'vitest'
import { Resends } from './resends.ts'

function resends() {
  let now = 0
  const book = new Resends(() => now)
  const say = (connection: string, over: object = {}) =>
    book.idFor({ userId: 'asha', connection, ownId: 'temp-id', payload: { text: 'ok' }, ...over })
  return {
    say,
    wait: (ms: number) => {
      now += ms
    },
  }
}

test('what comes again on a new connection has the id that it had, and on the same one it is something new (E1)', () => {
  const { say } = resends()
  const [first, second] = [say('one'), say('one')]
  expect(second).not.toBe(first)
  expect([say('two'), say('two')]).toEqual([first, second])
  expect([first, second]).not.toContain(say('two'))
})

test.each([
  ['other words', { payload: { text: 'no' } }],
  ['another id', { ownId: 'temp-2' }],
  ['another sender', { userId: 'ben' }],
])('%s are something else (E1)', (_, over) => {
  const { say } = resends()
  expect(say('two', over)).not.toBe(say('one'))
})

test('after two minutes it is no retry any more (E1)', () => {
  const { say, wait } = resends()
  const first = say('one')
  wait(60_000)
  const second = say('one')
  wait(60_000)
  expect(say('two')).toBe(first)
  wait(1)
  expect(say('three')).toBe(second)
  wait(120_000)
  expect([first, second]).not.toContain(say('four'))
})
