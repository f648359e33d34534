/** A Redis for a test file of its own, where there is one. */
import { afterAll, beforeAll, describe } from 'vitest'
import { findRedis, type RedisServer, startRedis } from '../../../../tools/testing/redis-server.ts'

const absent = 'there is no Redis here (Debian: apt install redis-server)'

/** A suite that needs a Redis: left out, saying so, where there is none, except in CI, where that is a failure. */
export function describeRedis(name: string, suite: (redis: () => RedisServer) => void): void {
  const missing = findRedis() === null
  if (missing && process.env.CI === 'true') throw new Error(`unable to test ${name}; ${absent}`)
  describe.skipIf(missing)(missing ? `${name} (left out: ${absent})` : name, () => {
    let server: RedisServer
    beforeAll(async () => {
      server = await startRedis()
    })
    afterAll(() => server?.stop())
    suite(() => server)
  })
}
