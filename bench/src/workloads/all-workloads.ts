/** Every workload of the bench, by the name under which it is asked for. */
import { growingChats, growingMembers, growingServers } from './growth.ts'
import { hotRooms, twoNodes } from './hot-room.ts'
import { idle } from './idle.ts'
import { loginStorm } from './login-storm.ts'
import { longHistory } from './long-history.ts'
import { manyChats } from './many-chats.ts'
import { marks } from './marks.ts'
import { pairs } from './pairs.ts'
import { returnAtOnce } from './return-at-once.ts'
import type { Plan, Workload } from './workload.ts'

export const workloads = {
  w1: hotRooms,
  'w1-marks': marks,
  w2: pairs,
  w3: idle,
  w4: longHistory,
  w5: returnAtOnce,
  w6: loginStorm,
  w8: manyChats,
  w10: twoNodes,
  'growth-members': growingMembers,
  'growth-chats': growingChats,
  'growth-servers': growingServers,
} as const satisfies Record<string, (plan: Plan) => Workload[]>

export type WorkloadName = keyof typeof workloads
export const workloadNames = Object.keys(workloads) as WorkloadName[]
