import { busSuite } from './bus.suite.ts'
import { MemoryBus, MemoryHub } from './memory.ts'

busSuite('the bus in memory', async () => {
  const hub = new MemoryHub()
  return [new MemoryBus(hub), new MemoryBus(hub)]
})
