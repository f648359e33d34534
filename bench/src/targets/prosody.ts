/** Prosody as its package brings it, lean: no TLS, no limits, every message archived in a PostgreSQL of its own. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../tools/testing/free-port.ts'
import { startOwnPostgres, withoutPostgres } from '../machine/postgres.ts'
import { Program, takesConnections } from '../machine/program.ts'
import type { Target } from './target.ts'
import { XmppTarget } from './xmpp.ts'

const command = '/usr/bin/prosody'
const domain = 'localhost'

/** Why it can't run here; null where it can. */
export function withoutProsody(): string | null {
  if (!existsSync(command)) return 'Prosody is not installed (Debian: prosody lua-dbi-postgresql)'
  return withoutPostgres()
}

const configuration = (dir: string, port: number, databasePort: number) => `
run_as_root = true
data_path = "${dir}"
pidfile = "${dir}/prosody.pid"
log = { error = "*console" }
c2s_ports = { ${port} }
c2s_interfaces = { "127.0.0.1" }
s2s_ports = {}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
allow_registration = true
modules_enabled = { "roster", "saslauth", "register", "mam" }
modules_disabled = { "s2s", "tls" }
storage = { archive = "sql", muc_log = "sql" }
sql = { driver = "PostgreSQL", database = "postgres", username = "parley", password = "none", host = "127.0.0.1", port = ${databasePort} }
default_archive_policy = true
archive_expires_after = "never"
muc_log_expires_after = "never"
VirtualHost "${domain}"
Component "conference.${domain}" "muc"
  modules_enabled = { "muc_mam" }
  muc_log_all_rooms = true
  muc_room_locking = false
  max_history_messages = 0
`

export async function startProsody(): Promise<Target> {
  const port = await freePort()
  const postgres = await startOwnPostgres()
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-prosody-'))
  const removed = () => rmSync(dir, { recursive: true, force: true })
  const config = join(dir, 'prosody.cfg.lua')
  writeFileSync(config, configuration(dir, port, postgres.port))
  const starting = Program.start({
    command,
    args: ['--config', config, '-F'],
    env: { HOME: dir },
    ready: () => takesConnections(port),
  })
  const program = await starting.catch(async (error: unknown) => {
    await postgres.stop()
    removed()
    throw error
  })
  const count = `select count(*) filter (where store = 'muc_log') + count(*) filter (where store = 'archive') / 2 from prosodyarchive`
  const server = { port, domain, rooms: `conference.${domain}` }
  return new XmppTarget({ name: 'prosody', server, program, postgres, table: 'prosodyarchive', count, removed })
}
