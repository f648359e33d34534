import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { createLog } from '../../core/log.ts'
import { embeddedDataDir } from '../../testing/embedded.ts'
import { lockDataDirectory } from './data-lock.ts'
import { databaseSuite } from './database.suite.ts'
import { openPglite } from './pglite.ts'
import { keepUp } from './pglite-upkeep.ts'

const directories: string[] = []
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

async function dataDirectory(): Promise<string> {
  const directory = await embeddedDataDir()
  directories.push(directory)
  return directory
}

function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-test-'))
  directories.push(directory)
  return directory
}

const log = createLog({ level: 'silent', pretty: false })
const open = (dataDir: string, onFatal: (error: Error) => void = () => undefined) => openPglite({ dataDir, log, onFatal })

function startWriter(directory: string): ChildProcess {
  const script = fileURLToPath(new URL('./endless-writer.ts', import.meta.url))
  return spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Kills the process the moment it has acknowledged so many rows; resolves with the last one acknowledged. */
async function killAfter(child: ChildProcess, rows: number): Promise<number> {
  if (!child.stdout) throw new Error('unable to read; the output of the writer is not piped')
  const exited = once(child, 'exit')
  let last = 0
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    if (last === rows) child.kill('SIGKILL')
  }
  await exited
  return last
}

describe('PGlite', () => databaseSuite(async () => open(emptyDirectory())))

describe('a killed process', () => {
  test('loses nothing that it acknowledged, and leaves a directory that opens', { timeout: 60_000 }, async () => {
    const directory = await dataDirectory()
    let before = 0
    for (const rows of [7, 60, 151]) {
      const last = await killAfter(startWriter(directory), rows)
      const database = await open(directory)
      const { seqs } = (await database.raw('select array_agg(from_seq order by id) as seqs from stream_outbox')).rows[0] as {
        seqs: number[]
      }
      await database.close()
      const fresh = seqs.slice(before)
      // One more may have been committed than was said.
      expect([last, last + 1]).toContain(fresh.length)
      expect(fresh).toEqual(fresh.map((_, index) => index + 1))
      before = seqs.length
    }
  })
})

describe('the data directory', () => {
  test('is readable by its owner alone', async () => {
    const directory = await dataDirectory()
    await (await open(directory)).close()
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  test('is refused to a second process, in a sentence that names the first', async () => {
    const directory = await dataDirectory()
    const writer = startWriter(directory)
    await once(writer.stdout ?? process.stdin, 'data')
    await expect(open(directory)).rejects.toThrow(new RegExp(`the process ${writer.pid} uses it already\\. Stop that one first`))
    const exited = once(writer, 'exit')
    writer.kill('SIGKILL')
    await exited
    await (await open(directory)).close()
  })

  test('is refused to the same process too, until the first database is closed', async () => {
    const directory = await dataDirectory()
    const first = await open(directory)
    await expect(open(directory)).rejects.toThrow(`the process ${process.pid} uses it already`)
    await first.close()
    await (await open(directory)).close()
  })

  test('is not mistaken for taken when the process id of a killed server belongs to somebody else now', () => {
    const directory = emptyDirectory()
    writeFileSync(join(directory, 'parley.pid'), `${process.ppid}\n`)
    const unlock = lockDataDirectory(directory)
    expect(readFileSync(join(directory, 'parley.pid'), 'utf8')).toBe(`${process.pid}\n`)
    unlock()
  })

  test('is made anew after a first start that was interrupted half way', { timeout: 60_000 }, async () => {
    const directory = emptyDirectory()
    cpSync(join(await dataDirectory(), 'database', 'PG_VERSION'), join(directory, 'database.new', 'PG_VERSION'))
    const database = await open(directory)
    await database.ping()
    await database.close()
  })
})

describe('upkeep', () => {
  test('removes dead rows, refreshes statistics and shortens the log', async () => {
    const database = await open(await dataDirectory())
    const one = async (text: string) => Object.values((await database.raw(text)).rows[0] ?? {})[0]
    const checkpoint = 'select redo_lsn::text from pg_control_checkpoint()'
    await database.raw('create table "Worn" (id int primary key, text text)')
    await database.raw(`insert into "Worn" select n, repeat('x', 2000) from generate_series(1, 5000) as n`)
    for (let round = 0; round < 6; round++) await database.raw(`update "Worn" set text = repeat('y', 2000)`)
    // What was counted reaches the statistics once a second at most.
    await database.raw('select pg_stat_force_next_flush()')
    const [before, dead] = [await one(checkpoint), `select n_dead_tup from pg_stat_user_tables where relname = 'Worn'`]
    expect(await one(dead)).toBeGreaterThan(5000)
    await keepUp(database)
    expect(await one(dead)).toBe(0)
    expect(await one(`select count(*) from pg_stats where tablename = 'Worn'`)).toBe(2)
    expect(await one(checkpoint)).not.toBe(before)
    await database.close()
  })
})

describe('a worker that dies', () => {
  test('makes everything UNAVAILABLE and is reported once', async () => {
    const failed = Promise.withResolvers<Error>()
    const directory = await dataDirectory()
    const database = await open(directory, failed.resolve)
    // As a disk that fails: PostgreSQL panics when it can't write its log.
    rmSync(join(directory, 'database', 'pg_wal'), { recursive: true })
    const asked = database.raw('select pg_switch_wal(); create table lost (id int)')
    await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await failed.promise).toBeInstanceOf(Error)
    await expect(database.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(database.transaction(async () => 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await database.close()
  })
})
