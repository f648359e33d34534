export interface Outcome {
  /** One entry per problem; none if all is well. */
  readonly problems: readonly string[]
  /** Printed, without failing. */
  readonly warnings?: readonly string[]
}

export interface Check {
  readonly name: string
  run(): Promise<Outcome>
}

const atOnce = 2

/** Runs the checks, two at a time, prints a line for each as it ends, and says whether all went well. */
export async function runChecks(checks: readonly Check[], print: (line: string) => void): Promise<boolean> {
  const waiting = [...checks]
  const failed: string[] = []

  async function worker(): Promise<void> {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const begun = performance.now()
      const { problems, warnings = [] } = await check.run().catch((error: Error): Outcome => ({ problems: [error.stack ?? error.message] }))
      const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(5)
      print(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${seconds} s  ${check.name}`)
      for (const warning of warnings) print(`       warning: ${warning}`)
      if (problems.length === 0) continue
      failed.push(check.name)
      print(problems.map((problem) => problem.replaceAll(/^/gm, '       ')).join('\n'))
    }
  }

  await Promise.all(Array.from({ length: atOnce }, worker))
  print(
    failed.length === 0
      ? `All ${checks.length} checks passed.`
      : `${failed.length} of ${checks.length} checks failed: ${failed.join(', ')}.`,
  )
  return failed.length === 0
}
