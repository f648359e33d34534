/** One run: a server, people at work, faults as scheduled, and in the end what everybody can read. */
import { type PostgresCluster, startPostgres } from '../../tools/testing/postgres-cluster.ts'
import { check, type Report } from './checker.ts'
import { type Entry, History } from './history.ts'
import { type DatabaseKind, type Step, schedule } from './schedule.ts'
import { ServerProcess } from './server-process.ts'
import { Workload } from './workload.ts'
import { createWorld, readEverything } from './world.ts'

export interface RunOptions {
  readonly seed: number
  readonly database: DatabaseKind
  /** An empty directory for the server's data and log. */
  readonly dataDir: string
  /** Where to keep the clients' log as JSON lines; null keeps it in memory only. */
  readonly historyPath: string | null
  /** Whether, after so many kills, it's enough. */
  readonly enough: (kills: number) => boolean
  readonly progress: (line: string) => void
}

/** How long the last sends may take to be answered once all faults are over, in milliseconds. */
const settlingLimit = 60_000

/** @throws when the server doesn't come back, or leaves clients without answers for ever */
export async function runTorture(options: RunOptions): Promise<Report> {
  const cluster = options.database === 'postgres' ? await startPostgres() : null
  const history = new History(options.historyPath)
  let server: ServerProcess | null = null
  try {
    server = await ServerProcess.create({ dataDir: options.dataDir, databaseUrl: cluster?.url ?? null })
    await server.start()
    return await torment({ ...options, server, cluster, history })
  } finally {
    await server?.kill()
    await cluster?.stop()
    history.close()
  }
}

interface Stage extends RunOptions {
  readonly server: ServerProcess
  readonly cluster: PostgresCluster | null
  readonly history: History
}

async function torment(stage: Stage): Promise<Report> {
  const { server, history, seed, database, enough, progress } = stage
  const world = await createWorld(server.url, history)
  const workload = new Workload({ url: server.url, world, history, seed })
  workload.start()
  try {
    let kills = 0
    for (const step of schedule(seed, database)) {
      if (enough(kills)) break
      await history.next(`${step.after.count} times "${step.after.kind}"`, ({ kind }) => kind === step.after.kind, step.after.count)
      if (step.fault.startsWith('kill')) kills++
      progress(`${step.fault}, after ${step.after.count} × ${step.after.kind}`)
      history.write({ kind: 'fault', what: step.fault })
      await inflict(step, stage)
    }
    await settled(workload)
    return check(history.entries, await readEverything(server.url, world))
  } finally {
    workload.close()
  }
}

async function settled(workload: Workload): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('stuck: some sends are never answered')), settlingLimit)
  await Promise.race([workload.stop(), late.promise]).finally(() => clearTimeout(timer))
}

const isSuffering = (entry: Entry) => entry.kind === 'info' || (entry.kind === 'fail' && entry.retryable)

/** Does what the step says and brings everything back. */
async function inflict({ fault, suffering }: Step, { server, cluster, history }: Stage): Promise<void> {
  if (fault === 'kill the server') {
    await server.kill()
  } else if (fault === 'stop the server') {
    history.write({ kind: 'exit', code: await server.stop() })
  } else {
    const suffered = history.next('sends that meet the absent database', isSuffering, suffering)
    if (fault === 'restart the database') await cluster?.halt()
    else await cluster?.kill()
    await suffered
    if (fault === 'kill both') await server.kill()
    await cluster?.restart()
    // The server must find the database by itself.
    if (fault !== 'kill both') return await server.ready()
  }
  await server.start()
}
