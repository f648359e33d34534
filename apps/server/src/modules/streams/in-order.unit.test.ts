import { expect, test } from 'vitest'
import { createLog } from '../../core/log.ts'
import type { Piece } from './frames.ts'
import { InOrder } from './in-order.ts'
import type { Span } from './sequencer.ts'

const chatId = 'a chat'
const log = createLog({ level: 'silent', pretty: false })
const pieceOf = (from: number, to: number, changes: Partial<Piece> = {}): Piece => ({
  ...{ chatId, from, to, access: 1, frames: [], toLeavers: false },
  ...changes,
})
const upTo = (to: number, from = 0) => Array.from({ length: to - from }, (_, index) => from + index + 1)

interface Behaviour {
  readonly tell?: (piece: Piece) => Promise<boolean>
  readonly refill?: (span: Span) => Promise<Piece | null>
  readonly beginning?: () => Promise<number | null>
  /** The version of who is in the chat as the roster has it when a piece is told. */
  readonly access?: (piece: Piece) => number
}

/** What was told so far, number by number, and a way to wait for it. */
function newOrder({
  tell = async () => true,
  refill = async ({ from, to }) => pieceOf(from, to),
  beginning = async () => null,
  access = (piece) => piece.access,
}: Behaviour = {}) {
  const told: number[] = []
  const leavers: number[] = []
  const refilled: Span[] = []
  let wake: () => void = () => undefined
  const order = new InOrder({
    log,
    tell: async (piece, above, toLeavers) => {
      if (!(await tell(piece))) return false
      if (toLeavers(access(piece))) leavers.push(piece.to)
      told.push(...upTo(piece.to, Math.max(piece.from, above)))
      wake()
      return true
    },
    refill: async (_, span) => {
      refilled.push(span)
      return refill(span)
    },
    beginning,
  })
  const until = async (count: number) => {
    while (told.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return told
  }
  return { order, told, leavers, refilled, until }
}

test('what comes late is waited for, and nothing is read again', async () => {
  const { order, refilled, until } = newOrder()
  order.offer(pieceOf(0, 2))
  order.offer(pieceOf(3, 4))
  order.offer(pieceOf(2, 3))
  expect(await until(4)).toEqual([1, 2, 3, 4])
  expect(refilled).toEqual([])
  order.close()
})

test('what does not come is read again once, and told before what is above it (O1)', async () => {
  const { order, refilled, until } = newOrder()
  order.offer(pieceOf(0, 1))
  order.offer(pieceOf(3, 4))
  order.offer(pieceOf(4, 5))
  expect(await until(5)).toEqual([1, 2, 3, 4, 5])
  expect(refilled).toEqual([{ from: 1, to: 3 }])
  order.close()
})

test('an own piece is told after what others wrote before it', async () => {
  const { order, told, refilled } = newOrder()
  order.offer(pieceOf(0, 1))
  const own = order.offerOwn(pieceOf(2, 3))
  order.offer(pieceOf(1, 2))
  await own
  expect(told).toEqual([1, 2, 3])
  expect(refilled).toEqual([])
  order.close()
})

test('the first piece of a chat waits for those on their way before it', async () => {
  const { order, until } = newOrder()
  order.offer(pieceOf(7, 8))
  order.offer(pieceOf(6, 7))
  expect(await until(2)).toEqual([7, 8])
  order.close()
})

test('the end of a stream that never came is found, where one knows that it exists (D3)', async () => {
  const { order, refilled, until } = newOrder()
  expect(order.expect(chatId, 3)).toBe(false)
  order.offer(pieceOf(0, 1))
  expect(order.expect(chatId, 3)).toBe(true)
  expect(await until(3)).toEqual([1, 2, 3])
  expect(refilled).toEqual([{ from: 1, to: 3 }])
  order.close()
})

test('what was written before the first piece that comes, and was lost on the bus, is told before it (C1, O1)', async () => {
  const { order, refilled, until } = newOrder({ beginning: async () => 4 })
  order.offer(pieceOf(7, 8))
  order.offer(pieceOf(6, 7))
  expect(await until(4)).toEqual([5, 6, 7, 8])
  expect(refilled).toEqual([{ from: 4, to: 6 }])
  order.close()
})

test('where a chat begins is asked again after a failure, and nothing is lost', async () => {
  const failed = Promise.withResolvers<void>()
  let tries = 0
  const beginning = async () => {
    if (tries++ > 0) return 4
    failed.resolve()
    throw new Error('the database is away')
  }
  const { order, until } = newOrder({ beginning })
  const own = order.offerOwn(pieceOf(7, 8))
  await failed.promise
  await own
  order.retry()
  expect(await until(4)).toEqual([5, 6, 7, 8])
  order.close()
})

test('of a chat that nothing came of, what was written lately is told', async () => {
  const { order, until } = newOrder()
  order.begin(chatId, { from: 70, to: 120 })
  expect(await until(50)).toEqual(upTo(120, 70))
  order.close()
})

test('a hole of more than 500 numbers is read in parts', async () => {
  const { order, refilled, until } = newOrder()
  order.offer(pieceOf(0, 1))
  order.offer(pieceOf(600, 601))
  expect(await until(601)).toEqual(upTo(601))
  expect(refilled).toEqual([
    { from: 1, to: 501 },
    { from: 501, to: 600 },
  ])
  order.close()
})

test('of a hole of more than 10,000 numbers only the end is told', async () => {
  const { order, refilled, until } = newOrder()
  order.offer(pieceOf(0, 1))
  order.offer(pieceOf(10_100, 10_101))
  expect(await until(502)).toEqual([1, ...upTo(10_101, 9_600)])
  expect(refilled).toEqual([{ from: 9_600, to: 10_100 }])
  order.close()
})

test('what cannot be told again is left out, and what is above it told', async () => {
  const { order, until } = newOrder({ refill: async () => null })
  order.offer(pieceOf(0, 1))
  order.offer(pieceOf(2, 3))
  expect(await until(2)).toEqual([1, 3])
  order.close()
})

test('while nothing may be written nothing is kept, and afterwards all of it is read again', async () => {
  let mayWrite = false
  const { order, told, refilled, until } = newOrder({ tell: async () => mayWrite })
  await order.offerOwn(pieceOf(0, 1))
  await order.offerOwn(pieceOf(1, 3))
  expect(told).toEqual([])
  mayWrite = true
  order.retry()
  expect(await until(3)).toEqual([1, 2, 3])
  expect(refilled).toEqual([{ from: 0, to: 3 }])
  order.close()
})

test('a failure to read again loses nothing: it is tried once more', async () => {
  const failed = Promise.withResolvers<void>()
  let tries = 0
  const { order, until } = newOrder({
    refill: async ({ from, to }) => {
      if (tries++ > 0) return pieceOf(from, to)
      failed.resolve()
      throw new Error('the database is away')
    },
  })
  order.offer(pieceOf(0, 1))
  const own = order.offerOwn(pieceOf(2, 3))
  await failed.promise
  await own
  order.retry()
  expect(await until(3)).toEqual([1, 2, 3])
  order.close()
})

test('who was taken out hears of it, until every server has confirmed that they are gone (P2)', async () => {
  const { order, leavers } = newOrder()
  await order.offerOwn(pieceOf(0, 1))
  await order.offerOwn(pieceOf(1, 2, { access: 2, toLeavers: true }))
  expect(leavers).toEqual([2])
  order.confirm(chatId, 3)
  await order.offerOwn(pieceOf(2, 3, { access: 3, toLeavers: true }))
  expect(leavers).toEqual([2])
  await order.offerOwn(pieceOf(3, 4, { access: 4, toLeavers: true }))
  expect(leavers).toEqual([2, 4])
  order.close()
})

test('where it is not known whether they are confirmed to be gone, who was taken out hears nothing (P2)', async () => {
  const { order, leavers, until } = newOrder()
  order.offer(pieceOf(0, 2, { access: 2, toLeavers: true }))
  expect(await until(2)).toEqual([1, 2])
  expect(leavers).toEqual([])
  order.close()
})

test('who was confirmed to be gone before the chat was known here hears nothing, however late it comes (P2)', async () => {
  const { order, leavers, until } = newOrder({ access: () => 3 })
  order.offer(pieceOf(0, 1))
  order.offer(pieceOf(1, 2, { access: 2, toLeavers: true }))
  order.offer(pieceOf(2, 3, { access: 3, toLeavers: true }))
  order.offer(pieceOf(3, 4, { access: 4, toLeavers: true }))
  await until(4)
  expect(leavers).toEqual([4])
  order.close()
})

test('who was confirmed to be gone before this server first wrote to the chat hears nothing either (P2)', async () => {
  const { order, leavers, until } = newOrder({ access: () => 3 })
  await order.offerOwn(pieceOf(0, 1))
  order.offer(pieceOf(1, 2, { access: 2, toLeavers: true }))
  order.offer(pieceOf(2, 3, { access: 3, toLeavers: true }))
  expect(await until(3)).toEqual([1, 2, 3])
  expect(leavers).toEqual([])
  order.close()
})

test('whom this server takes out hears of it, also where nothing was known of the chat before', async () => {
  const { order, leavers } = newOrder()
  await order.offerOwn(pieceOf(6, 7, { access: 2, toLeavers: true }))
  expect(leavers).toEqual([7])
  order.close()
})

test('who may have been confirmed to be gone while this server had no right to write hears nothing afterwards (P2)', async () => {
  let known = 1
  const { order, leavers, until } = newOrder({ access: () => known })
  await order.offerOwn(pieceOf(0, 1))
  order.forgetConfirmed()
  known = 3
  order.offer(pieceOf(1, 2, { access: 2, toLeavers: true }))
  order.offer(pieceOf(2, 3, { access: 3, toLeavers: true }))
  order.offer(pieceOf(3, 4, { access: 4, toLeavers: true }))
  await until(4)
  expect(leavers).toEqual([4])
  order.close()
})

test('a chat that is being told is not let go for others, so it never has two orders at once (O1)', async () => {
  const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const { order, told } = newOrder({
    tell: async (piece) => {
      if (piece.to > 1 || piece.chatId !== chatId) return true
      begun.resolve()
      await over.promise
      return true
    },
  })
  const first = order.offerOwn(pieceOf(0, 1))
  await begun.promise
  await Promise.all(upTo(10_500).map((index) => order.offerOwn(pieceOf(0, 9, { chatId: `another chat, ${index}` }))))
  told.length = 0
  const second = order.offerOwn(pieceOf(1, 2))
  expect(await Promise.race([second.then(() => 'told'), new Promise((resolve) => setImmediate(resolve, 'waits'))])).toBe('waits')
  over.resolve()
  await Promise.all([first, second])
  expect(told).toEqual([1, 2])
  order.close()
})
