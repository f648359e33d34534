import { expect, test } from 'vitest'
import { createSessionCache, type LiveSession } from './session-cache.ts'

const start = Date.UTC(2030, 0, 1)

/** A session table of one row, whose every reading is answered when the test says so. */
function harness() {
  let now = start
  let row: LiveSession | null = { sessionId: 's', userId: 'u', role: 'user', expiresAt: new Date(start + 7 * 86_400_000) }
  const readings: (() => void)[] = []
  const cluster = { writable: true }
  const cache = createSessionCache(
    (_id) => {
      const seen = row
      return new Promise((resolve) => readings.push(() => resolve(seen)))
    },
    { now: () => now },
    cluster,
  )
  return {
    cache,
    cluster,
    readings,
    answer: () => readings.shift()?.(),
    pass: (ms: number) => {
      now += ms
    },
    revoke: () => {
      row = null
      cache.drop('s')
    },
    shorten: (ms: number) => {
      row = row && { ...row, expiresAt: new Date(start + ms) }
    },
  }
}

test('a session is read once for many who ask at once, and kept for 30 s', async () => {
  const { cache, readings, answer, pass } = harness()
  const asked = [cache.get('s'), cache.get('s'), cache.get('s')]
  expect(readings).toHaveLength(1)
  answer()
  for (const session of await Promise.all(asked)) expect(session).toMatchObject({ userId: 'u' })
  pass(29_999)
  expect(await cache.get('s')).toMatchObject({ userId: 'u' })
  pass(1)
  const again = cache.get('s')
  expect(readings).toHaveLength(1)
  answer()
  expect(await again).toMatchObject({ userId: 'u' })
})

test('a session revoked while it is being read is not believed, neither by who asked nor later', async () => {
  const { cache, readings, answer, revoke } = harness()
  const asked = cache.get('s')
  revoke()
  answer()
  const later = cache.get('s')
  await expect.poll(() => readings.length, { interval: 1 }).toBe(1)
  answer()
  expect(await asked).toBeNull()
  expect(await later).toBeNull()
  const afterAll = cache.get('s')
  expect(readings).toHaveLength(1)
  answer()
  expect(await afterAll).toBeNull()
})

test('a revoked session is gone at once', async () => {
  const { cache, readings, answer, revoke } = harness()
  const first = cache.get('s')
  answer()
  await first
  revoke()
  const next = cache.get('s')
  expect(readings).toHaveLength(1)
  answer()
  expect(await next).toBeNull()
})

test('a session that has reached its end in memory is read anew, since it may have been prolonged elsewhere', async () => {
  const { cache, readings, answer, pass, shorten } = harness()
  shorten(5000)
  const first = cache.get('s')
  answer()
  await first
  shorten(60_000)
  pass(5000)
  const next = cache.get('s')
  expect(readings).toHaveLength(1)
  answer()
  expect(await next).toMatchObject({ expiresAt: new Date(start + 60_000) })
})

test('a failed reading fails whoever asked, and the next one tries again', async () => {
  let failing = true
  const session: LiveSession = { sessionId: 's', userId: 'u', role: 'user', expiresAt: new Date(start + 1000) }
  const load = async () => {
    if (failing) throw new Error('away')
    return session
  }
  const cache = createSessionCache(load, { now: () => start }, { writable: true })
  await expect(cache.get('s')).rejects.toThrow('away')
  failing = false
  expect(await cache.get('s')).toEqual(session)
})

test('memory is bounded: the oldest of more than 20,000 sessions is read anew', async () => {
  const loads = new Map<string, number>()
  const cache = createSessionCache(
    async (sessionId) => {
      loads.set(sessionId, (loads.get(sessionId) ?? 0) + 1)
      return { sessionId, userId: 'u', role: 'user', expiresAt: new Date(start + 1000) }
    },
    { now: () => start },
    { writable: true },
  )
  for (let n = 0; n <= 20_000; n++) await cache.get(`${n}`)
  await cache.get('20000')
  await cache.get('0')
  expect(loads.get('20000')).toBe(1)
  expect(loads.get('0')).toBe(2)
})

test('while this process is not trusted every question is a reading, and nothing is remembered after all is dropped (P2)', async () => {
  const { cache, cluster, readings, answer } = harness()
  const first = cache.get('s')
  answer()
  await first
  cluster.writable = false
  const asked = cache.get('s')
  expect(readings).toHaveLength(1)
  answer()
  expect(await asked).toMatchObject({ userId: 'u' })
  cluster.writable = true
  cache.dropAll()
  void cache.get('s')
  expect(readings).toHaveLength(1)
})
