import { randomBytes } from 'node:crypto'

const poolSize = 8192
let pool = randomBytes(poolSize)
let used = 0
let lastMs = 0
let counter = 0

/** A UUID version 7 (RFC 9562): 48 bits of time, a counter that keeps ids of one millisecond in order, 62 random bits. */
export function newId(): string {
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    counter = 0
  } else if (++counter > 0xfff) {
    lastMs++
    counter = 0
  }
  if (used + 8 > poolSize) {
    pool = randomBytes(poolSize)
    used = 0
  }
  const random = pool.subarray(used, used + 8)
  used += 8
  random[0] = ((random[0] as number) & 0x3f) | 0x80
  const time = lastMs.toString(16).padStart(12, '0')
  const tail = random.toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`
}
