/** Every target of the bench: why it may be missing here, and how it is started. */
import { startEjabberd, withoutEjabberd } from './ejabberd.ts'
import { ParleyTarget, withoutParley } from './parley.ts'
import { startProsody, withoutProsody } from './prosody.ts'
import { startBareWs, startSocketIo } from './relay.ts'
import type { ParleyName, Target, TargetName } from './target.ts'

interface Startable {
  /** Why it can't run here; null where it can. */
  missing(): string | null
  start(): Promise<Target>
}

const parley = (name: ParleyName): Startable => ({ missing: () => withoutParley(name), start: () => ParleyTarget.start(name) })

export const targets: Readonly<Record<TargetName, Startable>> = {
  'parley-embedded': parley('parley-embedded'),
  'parley-postgres': parley('parley-postgres'),
  'parley-cluster': parley('parley-cluster'),
  socketio: { missing: () => null, start: startSocketIo },
  ws: { missing: () => null, start: startBareWs },
  ejabberd: { missing: withoutEjabberd, start: startEjabberd },
  prosody: { missing: withoutProsody, start: startProsody },
}
