/** An installation of two servers in this process: one PostgreSQL, one Redis. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import type { RedisServer } from '../../../../tools/testing/redis-server.ts'
import { ask, connect, type Person, request } from './client.ts'
import { createDatabase, describePostgres, postgresUrl } from './postgres.ts'
import { describeRedis } from './redis.ts'
import { startServer, type TestServer } from './server.ts'

export interface TwoServers {
  readonly one: TestServer
  readonly two: TestServer
  readonly redis: RedisServer
}

/** `env` goes to both. */
export function describeTwoServers(name: string, env: Readonly<Record<string, string>>, suite: (servers: TwoServers) => void): void {
  describePostgres(`${name}, on one PostgreSQL`, () => {
    describeRedis('and one Redis', (redis) => {
      let started: TestServer[] = []
      beforeAll(async () => {
        const databaseUrl = await createDatabase(postgresUrl())
        const secrets = { JWT_SECRET: randomUUID(), JWT_REFRESH_SECRET: randomUUID(), REDIS_URL: redis().url }
        const start = () => startServer({ databaseUrl, env: { ...secrets, ...env } })
        started = [await start(), await start()]
      }, 120_000)
      afterAll(async () => {
        await Promise.all(started.map((server) => server.stop()))
      })
      suite({
        get one() {
          return started[0] as TestServer
        },
        get two() {
          return started[1] as TestServer
        },
        get redis() {
          return redis()
        },
      })
    })
  })
}

/** The same person, through another server. */
export const through = ({ url }: TestServer, person: Person): Person => ({
  ...person,
  ask: (definition, input) => ask(url, definition, input, { token: person.token }),
  request: (definition, input) => request(url, definition, input, { token: person.token }),
  connect: () => connect(url, { token: person.token }),
})
