/** The thread that PGlite runs in: it computes for up to hundreds of milliseconds, in which no socket would be answered. */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, types } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import type { Answer, Request, Rows } from './pglite-protocol.ts'

const { directory } = workerData as { directory: string }

type EmscriptenOptions = Parameters<NodeFS['init']>[1]
/** What emscripten's Node file system leaves out: a stream operation of its own, without which fsync succeeds and does nothing. */
interface NodeStreams {
  NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } }
}

class DurableFiles extends NodeFS {
  override async init(pg: PGlite, options: EmscriptenOptions) {
    const { emscriptenOpts } = await super.init(pg, options)
    const patch = (module: unknown) => {
      ;(module as NodeStreams).NODEFS.stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd)
        return 0
      }
    }
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), patch] } }
  }
}

function syncTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    const entryPath = join(entry.parentPath, entry.name)
    if (entry.isFile()) syncPath(entryPath, 'r+')
    else syncDirectory(entryPath)
  }
  syncDirectory(path)
}

/** Windows has no such thing, and refuses to open one. */
function syncDirectory(path: string): void {
  if (process.platform !== 'win32') syncPath(path, 'r')
}

function syncPath(path: string, flags: 'r' | 'r+'): void {
  const file = openSync(path, flags)
  fsyncSync(file)
  closeSync(file)
}

/** Made aside and renamed when it's whole and on disk, so that an interrupted first start leaves nothing half made. */
async function createCluster(): Promise<void> {
  const draft = `${directory}.new`
  rmSync(draft, { recursive: true, force: true })
  const db = await PGlite.create({ fs: new NodeFS(draft) })
  await db.close()
  syncTree(draft)
  renameSync(draft, directory)
  syncDirectory(dirname(directory))
}

const asText = (value: string) => value

/** The main thread has made text of all values already, as the other driver does. */
async function open(): Promise<PGlite> {
  if (!existsSync(directory)) await createCluster()
  const db = await PGlite.create({
    fs: new DurableFiles(directory),
    startParams: [...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'), '-c', 'wal_sync_method=fsync'],
    parsers: { [types.INT8]: Number },
  })
  for (const oid of Object.keys(db.serializers)) db.serializers[oid] = asText
  return db
}

const db = await open()
const prepared = new Set<string>()

function literal(value: string | null): string {
  if (value === null) return 'null'
  if (value.includes('\0')) throw Object.assign(new Error('invalid byte sequence for encoding "UTF8": 0x00'), { code: '22021' })
  return `'${value.replaceAll("'", "''")}'`
}

async function script(text: string): Promise<Rows> {
  const results = await db.exec(text)
  const last = results.at(-1)
  return { command: last?.command ?? '', count: last?.rowCount ?? 0, rows: last?.rows ?? [], all: results.flatMap((result) => result.rows) }
}

async function query(text: string, values: readonly (string | null)[]): Promise<Rows> {
  const { command, rowCount, rows } = await db.query<Record<string, unknown>>(text, [...values])
  return { command: command ?? '', count: rowCount ?? 0, rows, all: rows }
}

/** One script is one transaction, so the setting ends with it, and other queries keep plans of their own. */
async function statement(name: string, text: string, values: readonly (string | null)[]): Promise<Rows> {
  if (!prepared.has(name)) {
    await db.exec(`prepare "${name}" as ${text}`)
    prepared.add(name)
  }
  const list = values.length > 0 ? `(${values.map(literal).join(',')})` : ''
  const results = await db.exec(`set local plan_cache_mode = force_generic_plan; execute "${name}"${list}`, { rowMode: 'array' })
  const last = results.at(-1)
  return { command: last?.command ?? '', count: last?.rowCount ?? 0, rows: last?.rows ?? [], all: [] }
}

async function answer(request: Request): Promise<Rows> {
  if (request.kind === 'statement') return await statement(request.name, request.text, request.values)
  if (request.kind === 'query') return request.values.length > 0 ? await query(request.text, request.values) : await script(request.text)
  await db.close()
  return { command: '', count: 0, rows: [], all: [] }
}

/** An error without a code is no answer of the database but its end; it leaves here, and the thread dies of it. */
async function handle(request: Request): Promise<void> {
  let reply: Answer
  try {
    reply = { id: request.id, ok: true, result: await answer(request) }
  } catch (error) {
    const { message, code, detail, constraint, table, column, severity } = error as Error & Record<string, string | undefined>
    if (!code || severity === 'FATAL' || severity === 'PANIC') throw error
    reply = { id: request.id, ok: false, error: { message, code, detail, constraint, table, column } }
  }
  parentPort?.postMessage(reply)
}

let last = Promise.resolve()
parentPort?.on('message', (request: Request) => {
  last = last.then(() => handle(request))
})
parentPort?.postMessage('ready')
