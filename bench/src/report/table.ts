/** What was measured as a table of text: medians, and in parentheses the least and the most. */
import { type FigureName, figures } from '../load/measure.ts'
import type { Outcome } from '../run.ts'
import { type Section, type Spread, summarise } from './summary.ts'

export function tell({ median, least, most }: Spread, digits: number): string {
  const [middle, low, high] = [median, least, most].map((value) => value.toFixed(digits))
  return low === high ? `${middle}` : `${middle} (${low}–${high})`
}

export function tableOf(outcome: Outcome): string {
  const sections = summarise(outcome).map((section) => `${outcome.workload.title}, ${section.variant}\n${sectionTable(section)}`)
  const leftOut = [...outcome.leftOut].map(([name, reason]) => `Left out: ${name}; ${reason}.`)
  return [...sections, ...(leftOut.length > 0 ? [leftOut.join('\n')] : [])].join('\n\n')
}

/** A line for each figure and a column for each target, as there are many figures and few targets. */
function sectionTable({ rows, reference, ratios }: Section): string {
  const measured = (Object.keys(figures) as FigureName[]).filter((name) => rows.some((row) => row.figures.has(name)))
  const lines = [
    ['', ...rows.map(({ target }) => target)],
    ...measured.map((name) => [figures[name].title, ...rows.map((row) => cell(row.figures.get(name), figures[name].digits))]),
    ...(ratios.size > 0 ? [[`× ${reference}`, ...rows.map(({ target }) => cell(ratios.get(target), 2))]] : []),
  ]
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  return lines
    .map((line) => `  ${line.map((text, column) => align(text, widths[column] ?? 0, column === 0)).join('  ')}`.trimEnd())
    .join('\n')
}

const cell = (spread: Spread | undefined, digits: number) => (spread === undefined ? '' : tell(spread, digits))
const align = (text: string, width: number, left: boolean) => (left ? text.padEnd(width) : text.padStart(width))
