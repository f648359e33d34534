import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Cluster } from './cluster.ts'

/** What every cluster must do. `form` gives all processes of an installation, not started. */
export function clusterSuite(name: string, form: () => Promise<readonly [Cluster, ...Cluster[]]>): void {
  describe(name, () => {
    let nodes: readonly [Cluster, ...Cluster[]]
    beforeEach(async () => {
      nodes = await form()
    })
    afterEach(async () => {
      for (const node of nodes) await node.close()
    })
    const start = async () => {
      for (const node of nodes) await node.start()
    }

    test('a process that has started may write, knows itself and has a name of its own', async () => {
      await start()
      for (const node of nodes) {
        expect(node.writable).toBe(true)
        expect(node.liveNodes()).toContain(node.nodeId)
      }
      expect(new Set(nodes.map((node) => node.nodeId)).size).toBe(nodes.length)
    })

    test('what is announced is done everywhere when the announcer hears of it (P2)', async () => {
      const done: [string, unknown][] = []
      for (const node of nodes) node.on('members', (message) => void done.push([node.nodeId, message]))
      await start()
      await nodes[0].everywhere('members', { chatId: 'a' })
      expect(done).toHaveLength(nodes.length)
      for (const node of nodes) expect(done).toContainEqual([node.nodeId, { chatId: 'a' }])
    })

    test('all that listen to a topic are asked, and nobody else', async () => {
      const done: string[] = []
      for (const node of nodes) {
        node.on('members', () => void done.push('one'))
        node.on('members', () => void done.push('two'))
        node.on('sessions', () => void done.push('three'))
      }
      await start()
      await nodes[0].everywhere('members', {})
      expect(done.sort()).toEqual([...nodes.map(() => 'one'), ...nodes.map(() => 'two')])
    })

    test('the announcer waits for what takes its time', async () => {
      const slow = Promise.withResolvers<void>()
      let finished = 0
      for (const node of nodes) {
        node.on('sights', async () => {
          await slow.promise
          finished++
        })
      }
      await start()
      const announced = nodes[0].everywhere('sights', {})
      expect(await Promise.race([announced.then(() => 'done'), new Promise((resolve) => setImmediate(resolve, 'waiting'))])).toBe('waiting')
      slow.resolve()
      await announced
      expect(finished).toBe(nodes.length)
    })

    test('a topic that nobody knows keeps nobody waiting', async () => {
      await start()
      await nodes[0].everywhere('of a later version', {})
    })

    test('many announcements at once are each done everywhere', async () => {
      const done = new Map(nodes.map(({ nodeId }) => [nodeId, new Set<unknown>()]))
      for (const node of nodes) node.on('members', (message) => void done.get(node.nodeId)?.add(message))
      await start()
      const numbers = Array.from({ length: 30 }, (_, index) => index)
      await Promise.all(numbers.map((number) => nodes[number % nodes.length]?.everywhere('members', number)))
      for (const own of done.values()) expect([...own].sort()).toEqual([...numbers].sort())
    })
  })
}
