/** What was measured as a table of text: medians, and in parentheses the least and the most. */
import { type FigureName, figures } from '../load/measure.ts'
import type { Outcome } from '../run.ts'
import { type Row, type Spread, summarise } from './summary.ts'

export function tell({ median, least, most }: Spread, digits: number): string {
  const [middle, low, high] = [median, least, most].map((value) => value.toFixed(digits))
  return low === high ? `${middle}` : `${middle} (${low}–${high})`
}

export function tableOf(outcome: Outcome): string {
  const sections = outcome.workload.steps === undefined ? byVariant(outcome) : byTarget(outcome)
  const leftOut = [...outcome.leftOut].map(([name, reason]) => `Left out: ${name}; ${reason}.`)
  return [...sections, ...(leftOut.length > 0 ? [leftOut.join('\n')] : [])].join('\n\n')
}

interface Column {
  readonly heading: string
  readonly figures: Row['figures']
}

/** A column for each target. */
const byVariant = (outcome: Outcome): string[] =>
  summarise(outcome).map(({ variant, rows, reference, ratios }) => {
    const columns = rows.map((row) => ({ heading: row.target, figures: row.figures }))
    const compared = ratios.size > 0 ? [[`× ${reference}`, ...rows.map(({ target }) => cell(ratios.get(target), 2))]] : []
    return `${outcome.workload.title}, ${variant}\n${tableText(columns, compared)}`
  })

/** A column for each step, so that one reads along what grows. */
const byTarget = (outcome: Outcome): string[] =>
  [...outcome.rounds.keys()].map((target) => {
    const columns = summarise(outcome).flatMap(({ variant, rows }) => {
      const row = rows.find((each) => each.target === target)
      return row === undefined ? [] : { heading: variant, figures: row.figures }
    })
    return `${outcome.workload.title}, ${target}\n${tableText(columns, [])}`
  })

/** A line for each figure that any of the columns has, and more lines after those. */
function tableText(columns: readonly Column[], more: readonly string[][]): string {
  const measured = (Object.keys(figures) as FigureName[]).filter((name) => columns.some((column) => column.figures.has(name)))
  const lines = [
    ['', ...columns.map(({ heading }) => heading)],
    ...measured.map((name) => [figures[name].title, ...columns.map((column) => cell(column.figures.get(name), figures[name].digits))]),
    ...more,
  ]
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  return lines
    .map((line) => `  ${line.map((text, column) => align(text, widths[column] ?? 0, column === 0)).join('  ')}`.trimEnd())
    .join('\n')
}

const cell = (spread: Spread | undefined, digits: number) => (spread === undefined ? '' : tell(spread, digits))
const align = (text: string, width: number, left: boolean) => (left ? text.padEnd(width) : text.padStart(width))
