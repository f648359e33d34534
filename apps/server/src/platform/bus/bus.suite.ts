import { afterEach, describe, expect, test } from 'vitest'
import type { Bus } from './bus.ts'

/** What every bus must do. `connect` gives two that belong to the same installation. */
export function busSuite(name: string, connect: () => Promise<readonly [Bus, Bus]>): void {
  describe(name, () => {
    const open: Bus[] = []
    afterEach(async () => {
      for (const bus of open.splice(0)) await bus.close()
    })

    async function pair(): Promise<readonly [Bus, Bus]> {
      const buses = await connect()
      open.push(...buses)
      return buses
    }

    /** Resolves with what was heard once there is as much as was waited for. */
    async function listen(bus: Bus, topic: string) {
      const heard: unknown[] = []
      let wake: () => void = () => undefined
      const stop = await bus.subscribe(topic, (message) => {
        heard.push(message)
        wake()
      })
      const until = async (count: number): Promise<unknown[]> => {
        while (heard.length < count) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        return heard
      }
      return { until, stop }
    }

    test('a message reaches the publisher and everybody else', async () => {
      const [one, two] = await pair()
      const [here, there] = [await listen(one, 'chats'), await listen(two, 'chats')]
      await one.publish('chats', { chatId: 'a', seq: 1 })
      expect(await here.until(1)).toEqual([{ chatId: 'a', seq: 1 }])
      expect(await there.until(1)).toEqual([{ chatId: 'a', seq: 1 }])
    })

    test('the messages of one publisher arrive in order', async () => {
      const [one, two] = await pair()
      const there = await listen(two, 'chats')
      const numbers = Array.from({ length: 200 }, (_, index) => index)
      await Promise.all(numbers.map((number) => one.publish('chats', number)))
      expect(await there.until(200)).toEqual(numbers)
    })

    test('a topic is heard by those who listen to it alone', async () => {
      const [one, two] = await pair()
      const [chats, sessions] = [await listen(two, 'chats'), await listen(two, 'sessions')]
      await one.publish('sessions', 'ended')
      await one.publish('chats', 'changed')
      expect(await chats.until(1)).toEqual(['changed'])
      expect(await sessions.until(1)).toEqual(['ended'])
    })

    test('who has stopped listening hears nothing more, and others still do', async () => {
      const [one, two] = await pair()
      const [left, stays] = [await listen(two, 'chats'), await listen(two, 'chats')]
      await left.stop()
      await one.publish('chats', 1)
      expect(await stays.until(1)).toEqual([1])
      expect(await left.until(0)).toEqual([])
    })

    test('listeners do not share the message', async () => {
      const [one, two] = await pair()
      await two.subscribe('chats', (message) => {
        ;(message as { seq: number }).seq = 99
      })
      const there = await listen(two, 'chats')
      const sent = { seq: 1 }
      await one.publish('chats', sent)
      sent.seq = 2
      expect(await there.until(1)).toEqual([{ seq: 1 }])
    })

    test('it answers while it is open, and refuses when closed', async () => {
      const [one] = await pair()
      await one.ping()
      await one.close()
      await expect(one.ping()).rejects.toThrow('closed')
      await expect(one.publish('chats', 1)).rejects.toThrow('closed')
      await expect(one.subscribe('chats', () => undefined)).rejects.toThrow('closed')
    })
  })
}
