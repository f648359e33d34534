/** Members who say how far they have come as the SDK does: when something new has come, and once a second at most. */
import type { ParleyChat } from '../targets/parley-chat.ts'
import type { Room } from './room.ts'

const everyMs = 1000

export interface Marking {
  /** Resolves with how many marks were taken, all of those that were made. */
  stop(): Promise<number>
}

/** Everybody in the room has what reached them, and reads it: two marks a second for each. */
export function startMarking(chat: ParleyChat, room: Room): Marking {
  const marked = chat.people.map(() => -1)
  const underWay = new Set<Promise<void>>()
  let taken = 0
  let failure: unknown = null
  let turn = 0

  async function mark(member: number): Promise<void> {
    const seq = room.newest(member)
    const line = chat.lines[member]
    if (line === undefined || seq <= (marked[member] ?? -1)) return
    marked[member] = seq
    for (const command of ['message_delivered', 'message_read']) {
      await line.ask(command, { chatId: chat.id, seq })
      taken++
    }
  }

  const begun = performance.now()
  const timer = setInterval(() => {
    const due = ((performance.now() - begun) / everyMs) * chat.size
    for (; turn < due; turn++) {
      const marking = mark(turn % chat.size)
        .catch((error: unknown) => {
          failure ??= error
        })
        .finally(() => underWay.delete(marking))
      underWay.add(marking)
    }
  }, 5)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
      if (failure !== null) throw failure
      return taken
    },
  }
}
