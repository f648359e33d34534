/**
 * npm run bench [-- --seconds 5 --rounds 3 --members 100]
 *
 * Parley beside raw Socket.IO, which stores nothing, in turns on the same machine. Quote the ratios: absolute figures
 * are those of the machine. With DATABASE_URL it is measured on PostgreSQL, whose own CPU isn't counted here.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measureHotRoom, type Result } from './hot-room.ts'
import { type MeasuredProcess, startMeasured } from './measured-process.ts'
import { newRoom } from './new-room.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    members: { type: 'string', default: '100' },
  },
})
const [seconds, rounds, members] = [Number(values.seconds), Number(values.rounds), Number(values.members)]
const program = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const dataDir = mkdtempSync(join(tmpdir(), 'parley-bench-'))

const results = { parley: [] as Result[], raw: [] as Result[] }
const parley = await startMeasured(program('../../apps/server/src/main.ts'), {
  ...{ NODE_ENV: 'test', DATA_DIR: dataDir, RATE_LIMITS: 'off', BCRYPT_ROUNDS: '4', LOG_LEVEL: 'error' },
})
const raw = await startMeasured(program('./raw-socketio.ts'), {})
try {
  const room = await newRoom(parley.url, members)
  for (let round = 1; round <= rounds; round++) {
    process.stdout.write(`round ${round} of ${rounds} …\n`)
    results.raw.push(
      await measure(
        raw,
        Array.from({ length: members }, () => ({})),
        'everybody',
      ),
    )
    results.parley.push(await measure(parley, room.members, room.chatId))
  }
} finally {
  await Promise.all([parley.stop(), raw.stop()])
  rmSync(dataDir, { recursive: true, force: true })
}
report()

function measure(server: MeasuredProcess, handshakes: readonly unknown[], chatId: string): Promise<Result> {
  return measureHotRoom({ server, members: handshakes, chatId }, seconds)
}

function report(): void {
  const figures = ['messagesPerSecond', 'cpuPerMillion', 'p50', 'p99'] as const
  const rows = Object.entries(results).map(([name, each]) => {
    const medians = figures.map((figure) => [figure, Number(median(each.map((result) => result[figure])).toFixed(2))])
    return { name, ...Object.fromEntries(medians) }
  })
  console.table(rows)
  const ratio = median(results.parley.map((result, index) => result.messagesPerSecond / (results.raw[index]?.messagesPerSecond ?? 1)))
  const database = process.env.DATABASE_URL ? 'PostgreSQL' : 'embedded'
  process.stdout.write(`One chat of ${members}, saturated, ${database}: ${ratio.toFixed(2)} × raw Socket.IO.\n`)
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0
}
