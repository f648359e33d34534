import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { cpuOf, memoryOf, pidsOf } from './processes.ts'

/** Starts a child that works for a fifth of a second and ends; says so, and stays. */
const parent = `
  const { spawnSync } = require('node:child_process')
  spawnSync(process.execPath, ['-e', 'const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end);'])
  process.stdout.write('worked')
  process.stdin.resume()
`

test('the CPU of a program is that of all its processes, of those too that have ended', async () => {
  const program = spawn(process.execPath, ['-e', parent], { stdio: ['pipe', 'pipe', 'inherit'] })
  const pid = program.pid as number
  await once(program.stdout, 'data')
  expect(cpuOf(pid)).toBeGreaterThan(0.2)
  expect(pidsOf(process.pid)).toContain(pid)
  expect(memoryOf(pid)).toBeGreaterThan(1e6)
  program.stdin.end()
  await once(program, 'exit')
  expect([cpuOf(pid), memoryOf(pid)]).toEqual([0, 0])
})
