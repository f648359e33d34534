/** XMPP servers under load: groups are rooms with an archive (XEP-0045, XEP-0313), pairs write to each other. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { forEach } from '../for-each.ts'
import type { Postgres } from '../machine/postgres.ts'
import { cpuOf, memoryOf } from '../machine/processes.ts'
import type { Program } from '../machine/program.ts'
import { NumberAfter } from '../wire/number-after.ts'
import { type Chat, type CompetitorName, type Connection, type Listener, numberMark, type Target, textOf } from './target.ts'
import { createAccount, logIn, resource, type XmppServer } from './xmpp-login.ts'

interface XmppParts {
  readonly name: CompetitorName
  readonly server: XmppServer
  readonly program: Pick<Program, 'pid' | 'restart' | 'stop'>
  readonly postgres: Pick<Postgres, 'cpu' | 'sql' | 'stop'>
  /** Where the archive is, as soon as there is anything in it. */
  readonly table: string
  /** SQL for how many messages the archive holds; one between two people lies there for each of them. */
  readonly count: string
  /** Tidies up what is left when the server and its database are gone. */
  readonly removed: () => void
}

/** The archive is written behind the deliveries: it has what it will have when it stays the same for this long. Milliseconds. */
const settlingTime = 500

export class XmppTarget implements Target {
  readonly name: CompetitorName
  readonly #parts: XmppParts

  constructor(parts: XmppParts) {
    this.name = parts.name
    this.#parts = parts
  }

  cpu() {
    return { server: cpuOf(this.#parts.program.pid), database: this.#parts.postgres.cpu(), redis: 0 }
  }

  memory(): number {
    return memoryOf(this.#parts.program.pid)
  }

  async openGroup(size: number): Promise<Chat> {
    const names = await this.#accounts(size)
    return this.#room(`room-${randomUUID().slice(0, 8)}`, names)
  }

  async openPairs(count: number): Promise<Chat[]> {
    const names = await this.#accounts(2 * count)
    return Array.from({ length: count }, (_, index) => this.#pair(names.slice(2 * index, 2 * index + 2)))
  }

  /** In no rooms: joining them tells everybody of everybody, which is more than being connected. */
  async openCrowd(people: number): Promise<(person: number) => Promise<Connection>> {
    const names = await this.#accounts(people)
    return async (person) => {
      const line = await logIn(this.#parts.server, names[person] as string, null, { heard: () => undefined, failed: () => undefined })
      return { send: () => undefined, close: () => line.close() }
    }
  }

  async stored(): Promise<number> {
    const { postgres, table, count } = this.#parts
    if ((await postgres.sql(`select to_regclass('${table}')`)) === '') return 0
    for (let before = -1; ; await pause(settlingTime)) {
      const now = Number(await postgres.sql(count))
      if (now === before) return now
      before = now
    }
  }

  restart(): Promise<void> {
    return this.#parts.program.restart()
  }

  async stop(): Promise<void> {
    await this.#parts.program.stop()
    await this.#parts.postgres.stop()
    this.#parts.removed()
  }

  #accounts(count: number): Promise<string[]> {
    return forEach(Array.from({ length: count }), async () => {
      const name = `b${randomUUID().slice(0, 13)}`
      await createAccount(this.#parts.server, name)
      return name
    })
  }

  /** A room sends everybody everything, the sender too: that is the confirmation. */
  #room(room: string, names: readonly string[]): Chat {
    const { server } = this.#parts
    return {
      size: names.length,
      recipients: names.length,
      connect: async (member, listener) => {
        const own = new Set<number>()
        const text = new NumberAfter(numberMark)
        const heard = (bytes: Buffer, start: number, end: number, at: number) => {
          const number = text.in(bytes, start, end)
          if (number < 0) return
          listener.delivered(number, at, -1)
          if (own.delete(number)) listener.acknowledged(number, at)
        }
        const line = await logIn(server, names[member] as string, room, { heard, failed: listener.failed })
        return {
          send(number) {
            own.add(number)
            line.send(`<message type='groupchat' to='${room}@${server.rooms}'><body>${textOf(number)}</body></message>`)
          },
          close: () => line.close(),
        }
      },
    }
  }

  /** Nothing comes back to who wrote: that the other has it is the confirmation. */
  #pair(names: readonly string[]): Chat {
    const { server } = this.#parts
    const underWay = new Map<number, Listener>()
    return {
      size: 2,
      recipients: 1,
      connect: async (member, listener) => {
        const text = new NumberAfter(numberMark)
        const heard = (bytes: Buffer, start: number, end: number, at: number) => {
          const number = text.in(bytes, start, end)
          if (number < 0) return
          listener.delivered(number, at, -1)
          underWay.get(number)?.acknowledged(number, at)
          underWay.delete(number)
        }
        const line = await logIn(server, names[member] as string, null, { heard, failed: listener.failed })
        const other = `${names[1 - member]}@${server.domain}/${resource}`
        return {
          send(number) {
            underWay.set(number, listener)
            line.send(`<message type='chat' to='${other}'><body>${textOf(number)}</body></message>`)
          },
          close: () => line.close(),
        }
      },
    }
  }
}
