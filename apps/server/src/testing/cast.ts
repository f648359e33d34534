/** Who most suites are about. */
import { afterAll, beforeAll } from 'vitest'
import { newPerson, type Person } from './client.ts'
import { startServer, type TestServer, type TestServerOptions } from './server.ts'

interface Cast {
  readonly server: TestServer
  readonly asha: Person
  readonly ben: Person
  readonly carla: Person
}

/** A server and three people on it, for all tests of a suite; they are there from before its first test to after its last. */
export function cast(options: () => Promise<TestServerOptions>): Cast {
  const parts = { server: {} as TestServer, asha: {} as Person, ben: {} as Person, carla: {} as Person }
  beforeAll(async () => {
    enter(parts.server, await startServer(await options()))
    const { url } = parts.server
    await Promise.all([parts.asha, parts.ben, parts.carla].map(async (person) => enter(person, await newPerson(url))))
  })
  afterAll(() => parts.server.stop?.())
  return parts
}

/** What was promised under a name becomes what it was promised to be. */
const enter = <T extends object>(promised: T, real: T) => Object.defineProperties(promised, Object.getOwnPropertyDescriptors(real))
