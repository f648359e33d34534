/** ejabberd as its package brings it, lean: no TLS, no limits, every message archived in a PostgreSQL of its own. */
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../tools/testing/free-port.ts'
import { startOwnPostgres, withoutPostgres } from '../machine/postgres.ts'
import { Program, takesConnections } from '../machine/program.ts'
import type { Target } from './target.ts'
import { XmppTarget } from './xmpp.ts'

const command = '/usr/sbin/ejabberdctl'
const schema = '/usr/share/ejabberd/sql/pg.sql'
const domain = 'localhost'

/** Why it can't run here; null where it can. */
export function withoutEjabberd(): string | null {
  if (!existsSync(command) || !existsSync(schema)) return 'ejabberd is not installed (Debian: ejabberd erlang-p1-pgsql)'
  if (process.getuid?.() !== 0) return 'ejabberdctl runs as its own user, which only root can become'
  return withoutPostgres()
}

const configuration = (port: number, databasePort: number) => `
hosts: [${domain}]
loglevel: error
auth_method: internal
registration_timeout: infinity
default_db: mnesia
sql_type: pgsql
sql_server: 127.0.0.1
sql_port: ${databasePort}
sql_database: postgres
sql_username: parley
sql_password: none
listen:
  - {port: ${port}, ip: 127.0.0.1, module: ejabberd_c2s, max_stanza_size: 262144, shaper: none, access: all, backlog: 1024}
modules:
  mod_register: {ip_access: all, access: all}
  mod_mam: {db_type: sql, default: always}
  mod_muc:
    host: conference.${domain}
    db_type: mnesia
    history_size: 0
    max_users: 5000
    default_room_options: {mam: true, persistent: true, max_users: 5000}
`

export async function startEjabberd(): Promise<Target> {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'ejabberd'], { encoding: 'utf8' }))
  const user = { uid: id('-u'), gid: id('-g') }
  const [port, distributionPort] = [await freePort(), await freePort()]
  const postgres = await startOwnPostgres()
  await postgres.sqlFile(schema)
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-ejabberd-'))
  const removed = () => rmSync(dir, { recursive: true, force: true })
  const folders = ['config', 'logs', 'spool'].map((name) => join(dir, name))
  for (const folder of [dir, ...folders]) {
    mkdirSync(folder, { recursive: true })
    chownSync(folder, user.uid, user.gid)
  }
  const [config, logs, spool] = folders as [string, string, string]
  writeFileSync(join(config, 'ejabberd.yml'), configuration(port, postgres.port))
  writeFileSync(join(config, 'inetrc'), '{lookup, [file, native]}.\n')
  const starting = Program.start({
    command,
    args: ['--config-dir', config, '--logs', logs, '--spool', spool, '--node', `bench${port}@localhost`, 'foreground'],
    // With a port of its own it needs no daemon that outlives it.
    env: { HOME: dir, ERL_DIST_PORT: String(distributionPort), INET_DIST_INTERFACE: '127.0.0.1' },
    user,
    cwd: dir,
    byShell: true,
    ready: () => takesConnections(port),
  })
  const program = await starting.catch(async (error: unknown) => {
    await postgres.stop()
    removed()
    throw error
  })
  const count = `select count(*) filter (where kind = 'groupchat') + count(*) filter (where kind = 'chat') / 2 from archive`
  const server = { port, domain, rooms: `conference.${domain}` }
  return new XmppTarget({ name: 'ejabberd', server, program, postgres, table: 'archive', count, removed })
}
