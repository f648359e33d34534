import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readOptions } from '../options.ts'
import { workloads } from '../workloads/all-workloads.ts'
import { targets } from './all-targets.ts'
import { serverIn } from './parley.ts'

/** A checkout whose server says what it is, and ends. */
function otherCheckout(): string {
  const checkout = mkdtempSync(join(tmpdir(), 'parley-bench-test-'))
  onTestFinished(() => rmSync(checkout, { recursive: true }))
  mkdirSync(dirname(serverIn(checkout)), { recursive: true })
  writeFileSync(serverIn(checkout), "process.stderr.write('the other server')\nprocess.exitCode = 3\n")
  return checkout
}

test('with --before, every workload has a target beside Parley that runs the server of that checkout', async () => {
  const before = otherCheckout()
  const { plan } = readOptions(['--before', before])
  expect(plan.before).toBe(before)
  for (const workload of Object.values(workloads).flatMap((make) => make(plan))) {
    const own = workload.targets.filter((name) => name.startsWith('parley') && !name.endsWith('-before'))
    expect(workload.targets).toEqual(expect.arrayContaining(own.flatMap((name) => [name, `${name}-before`])))
    expect(own.length).toBeGreaterThan(0)
  }
  await expect(targets['parley-embedded-before'].start({ before, profile: null })).rejects.toThrow(/ended with 3: the other server/)
})
