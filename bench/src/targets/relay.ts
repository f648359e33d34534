/** Servers that pass on what they get and know nothing: who connects says which chats they are in. */
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../tools/testing/free-port.ts'
import { cpuOf, memoryOf } from '../machine/processes.ts'
import { Program, takesConnections } from '../machine/program.ts'
import { openBareWs } from './bare-ws-line.ts'
import { SocketIoLine } from './socket-io-line.ts'
import { type Chat, type CompetitorName, type Connection, type Listener, silent, type Target } from './target.ts'

type Dial = (port: number, chatIds: readonly string[], listener: Listener) => Promise<Connection>

async function startRelay(name: CompetitorName, program: string, dial: Dial): Promise<Target> {
  const port = await freePort()
  const running = await Program.start({
    command: process.execPath,
    args: [fileURLToPath(new URL(program, import.meta.url))],
    env: { PORT: String(port) },
    ready: () => takesConnections(port),
  })
  let chats = 0
  const openChat = (size: number): Chat => {
    const id = `chat-${chats++}`
    return { size, recipients: size, connect: (_, listener) => dial(port, [id], listener) }
  }
  return {
    name,
    cpu: () => ({ server: cpuOf(running.pid), database: 0, redis: 0 }),
    memory: () => memoryOf(running.pid),
    openGroup: async (size) => openChat(size),
    openPairs: async (count) => Array.from({ length: count }, () => openChat(2)),
    async openCrowd(people, chatsEach, groupSize) {
      const groups = Math.ceil((people * chatsEach) / groupSize)
      return (person) => {
        const ids = Array.from({ length: chatsEach }, (_, index) => `group-${(person * chatsEach + index) % groups}`)
        return dial(port, ids, silent)
      }
    },
    stored: async () => null,
    restart: () => running.restart(),
    stop: () => running.stop(),
  }
}

/** Raw Socket.IO 4.8, which stores nothing. */
export const startSocketIo = (): Promise<Target> =>
  startRelay('socketio', './programs/raw-socketio.ts', (port, chats, listener) =>
    SocketIoLine.open({ port, auth: { chats }, chatIds: chats, listener, ready: '42["ready"', positions: false }),
  )

/** A bare `ws` server, which stores nothing. */
export const startBareWs = (): Promise<Target> => startRelay('ws', './programs/bare-ws.ts', openBareWs)
