import { afterEach, expect, test } from 'vitest'
import { createLog } from '../../core/log.ts'
import { describeRedis } from '../../testing/redis.ts'
import { busSuite } from './bus.suite.ts'
import type { BusState } from './bus.ts'
import { RedisBus } from './redis.ts'

const log = createLog({ level: 'silent', pretty: false })

describeRedis('Redis', (redis) => {
  const open: RedisBus[] = []
  const connect = async (prefix = 'test') => {
    const bus = await RedisBus.open({ url: redis().url, prefix, log })
    open.push(bus)
    return bus
  }
  afterEach(async () => {
    for (const bus of open.splice(0)) await bus.close()
  })

  busSuite('the bus over Redis', async () => [await connect(), await connect()])

  const reached = (bus: RedisBus, wanted: BusState) =>
    new Promise<void>((resolve) => {
      if (bus.state === wanted) resolve()
      else bus.onState((state) => state === wanted && resolve())
    })
  const nextOn = (bus: RedisBus, topic: string) => new Promise((resolve) => void bus.subscribe(topic, resolve))

  test('installations with different prefixes hear nothing of each other', async () => {
    const [one, other] = [await connect('one'), await connect('other')]
    const heard = nextOn(other, 'chats')
    await one.publish('chats', 'of one')
    await other.publish('chats', 'of the other')
    expect(await heard).toBe('of the other')
  })

  test('a Redis that was killed is noticed, refused at once, and found again with every subscription (D3)', async () => {
    const [here, there] = [await connect(), await connect()]
    const heard = nextOn(there, 'chats')
    await redis().kill()
    await Promise.all([reached(here, 'down'), reached(there, 'down')])
    await expect(here.publish('chats', 'lost')).rejects.toThrow()
    await expect(here.ping()).rejects.toThrow()
    const later = nextOn(there, 'sessions')
    await redis().restart()
    await Promise.all([reached(here, 'up'), reached(there, 'up')])
    await here.publish('chats', 'back')
    await here.publish('sessions', 'as well')
    expect(await heard).toBe('back')
    expect(await later).toBe('as well')
  })

  test('a Redis that answers nobody is as good as away, within seconds, and keeps no publisher waiting', async () => {
    const bus = await connect()
    redis().freeze()
    await expect(bus.publish('chats', 'into the void')).rejects.toThrow()
    await reached(bus, 'down')
    redis().thaw()
    await reached(bus, 'up')
    const heard = nextOn(bus, 'chats')
    await expect.poll(() => bus.publish('chats', 'back').then(() => true)).toBe(true)
    expect(await heard).toBe('back')
  })

  test('a start while Redis is away goes on without, and hears what comes later', async () => {
    await redis().kill()
    const bus = await connect()
    expect(bus.state).toBe('down')
    const heard = nextOn(bus, 'chats')
    await redis().restart()
    await reached(bus, 'up')
    await bus.publish('chats', 1)
    expect(await heard).toBe(1)
  })

  test('what is no JSON on a channel of ours is ignored', async () => {
    const bus = await connect()
    const heard = nextOn(bus, 'chats')
    const { Redis } = await import('ioredis')
    const stranger = new Redis(redis().url)
    await stranger.publish('test:chats', '{')
    await bus.publish('chats', 'ours')
    expect(await heard).toBe('ours')
    stranger.disconnect()
  })
})
