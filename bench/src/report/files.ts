/** What was measured as files: JSON with every round, and a chart. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { type FigureName, figures } from '../load/measure.ts'
import type { Outcome } from '../run.ts'
import type { TargetName } from '../targets/target.ts'
import type { Plan } from '../workloads/workload.ts'
import { barChart, type Panel } from './bar-chart.ts'
import { type LinePanel, lineChart } from './line-chart.ts'
import { summarise } from './summary.ts'
import { tell } from './table.ts'

/** What a chart of bars shows, of what was measured. */
const charted: readonly FigureName[] = [
  'messagesPerSecond',
  'cpuPerMillion',
  'deliveryP99',
  'memoryPerConnection',
  'readyMs',
  'allBackSeconds',
]

/** What a chart of lines shows. */
const chartedAsLines: readonly FigureName[] = [
  'cpuPerMillion',
  'deliveryP50',
  'deliveryP99',
  'newestP50',
  'newestP99',
  'jumpP50',
  'jumpP99',
]

export interface RunFacts extends Omit<Plan, 'before'> {
  /** Commits, of what was measured and of what it was compared with; null where there is none. */
  readonly revision: string | null
  readonly before: string | null
  readonly rounds: number
  /** When it began, ISO 8601. */
  readonly at: string
}

/** Writes `<workload>.json` and `<workload>.svg` into a directory; returns their paths. */
export function writeFiles(directory: string, outcome: Outcome, facts: RunFacts): string[] {
  mkdirSync(directory, { recursive: true })
  const files = { json: `${JSON.stringify(asJson(outcome, facts), null, 2)}\n`, svg: chartOf(outcome) }
  return Object.entries(files).map(([extension, text]) => {
    const path = join(directory, `${outcome.workload.id}.${extension}`)
    writeFileSync(path, text)
    return path
  })
}

function asJson(outcome: Outcome, facts: RunFacts) {
  const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, memory: totalmem(), system: `${platform()} ${release()} ${arch()}` }
  return {
    ...outcome.workload,
    ...facts,
    node: process.version,
    machine,
    leftOut: Object.fromEntries(outcome.leftOut),
    summary: summarise(outcome).map(({ variant, rows, reference, ratios }) => ({
      variant,
      targets: Object.fromEntries(rows.map((row) => [row.target, Object.fromEntries(row.figures)])),
      timesMessagesOf: { [reference]: Object.fromEntries(ratios) },
    })),
    measured: Object.fromEntries(outcome.rounds),
  }
}

const chartOf = (outcome: Outcome): string =>
  outcome.workload.steps === undefined
    ? barChart(outcome.workload.title, panelsOf(outcome))
    : lineChart(outcome.workload.title, linePanelsOf(outcome))

function linePanelsOf(outcome: Outcome): LinePanel[] {
  const sections = summarise(outcome)
  return chartedAsLines
    .filter((name) => sections.some(({ rows }) => rows.some((row) => row.figures.has(name))))
    .map((name) => ({
      title: figures[name].title,
      steps: sections.map(({ variant }) => variant),
      lines: [...outcome.rounds.keys()].map((target) => ({
        label: target,
        own: isOwn(target),
        points: sections.flatMap(({ rows }, step) => {
          const spread = rows.find((row) => row.target === target)?.figures.get(name)
          if (spread === undefined) return []
          const { median: value, least, most } = spread
          return { step, value, least, most, text: value.toFixed(figures[name].digits) }
        }),
      })),
    }))
}

/** What a chart is about: this Parley, and not the one that it is compared with. */
const isOwn = (target: TargetName) => target.startsWith('parley') && !target.endsWith('-before')

function panelsOf(outcome: Outcome): Panel[] {
  return summarise(outcome).flatMap(({ variant, rows }) =>
    charted
      .filter((name) => rows.some((row) => row.figures.has(name)))
      .map((name) => ({
        title: `${figures[name].title}, ${variant}`,
        bars: rows.flatMap(({ target, figures: measured }) => {
          const spread = measured.get(name)
          if (spread === undefined) return []
          const { median: value, least, most } = spread
          return { label: target, value, least, most, text: tell(spread, figures[name].digits), own: isOwn(target) }
        }),
      })),
  )
}
