/** Charts of lines: a figure of each target as something grows, with a line from the least to the most that a round came to. */
import { type Drawn, drawing, escaped, rounded, width } from './drawing.ts'

export interface Point {
  /** Which of the steps this is. */
  readonly step: number
  readonly value: number
  readonly least: number
  readonly most: number
  /** The value in words. */
  readonly text: string
}

export interface Line {
  readonly label: string
  readonly points: readonly Point[]
  /** Whether it is drawn as what the chart is about; its values are written. */
  readonly own: boolean
}

export interface LinePanel {
  readonly title: string
  readonly steps: readonly string[]
  readonly lines: readonly Line[]
}

const left = 70
const right = 190
const plotTop = 50
const plotHeight = 120
const panelHeight = plotTop + plotHeight + 50
const lineHeight = 16
/** So far do the points of two lines lie from each other. */
const apart = 8
/** Lines of others are told apart by how they are dashed. */
const dashes = ['none', '7 4', '2 3']

/** Each panel has a scale of its own, which begins at nothing; the steps are as far from each other as they are named. */
export const lineChart = (title: string, panels: readonly LinePanel[]): string => drawing(title, panels.map(drawPanel))

function drawPanel({ title, steps, lines }: LinePanel): Drawn {
  const most = Math.max(...lines.flatMap(({ points }) => points.map((point) => point.most)), Number.MIN_VALUE)
  const x = (step: number) => rounded(left + ((width - left - right) * step) / Math.max(1, steps.length - 1))
  const y = (value: number) => rounded(plotTop + plotHeight * (1 - value / most))
  const ground = plotTop + plotHeight
  const axis = `<line class="axis" x1="${left}" x2="${width - right}" y1="${ground}" y2="${ground}"/>`
  const names = steps.map((name, step) => `<text x="${x(step)}" y="${ground + 20}" text-anchor="middle">${escaped(name)}</text>`)
  const beside = (index: number) => (step: number) => x(step) + apart * (index - (lines.length - 1) / 2)
  const drawn = lines.map((line, index) => drawLine(line, dashes[index % dashes.length] ?? 'none', beside(index), y))
  const svg = `<text class="panel" x="16" y="18">${escaped(title)}</text>${axis}${names.join('')}${drawn.join('')}`
  return { svg: svg + values(lines, x, y) + labels(lines, y), height: panelHeight }
}

type Scale = (of: number) => number

function drawLine({ points, own }: Line, dash: string, x: Scale, y: Scale): string {
  const corners = points.map(({ step, value }) => `${x(step)},${y(value)}`).join(' ')
  const marks = points.map(({ step, value, least, most }) =>
    [
      `<line class="spread" x1="${x(step)}" x2="${x(step)}" y1="${y(least)}" y2="${y(most)}"/>`,
      `<circle class="${own ? 'own' : 'other'}" cx="${x(step)}" cy="${y(value)}" r="3.5"/>`,
    ].join(''),
  )
  return `<polyline class="line${own ? ' own' : ''}" stroke-dasharray="${dash}" points="${corners}"/>${marks.join('')}`
}

/** The values of what the chart is about, in its colour, above everything that is drawn at that step. */
function values(lines: readonly Line[], x: Scale, y: Scale): string {
  const own = lines.flatMap((line) => (line.own ? line.points : []))
  return own
    .map(({ step, text }) => {
      const highest = Math.max(...lines.flatMap(({ points }) => points.flatMap((point) => (point.step === step ? point.most : []))))
      return `<text class="own" x="${x(step)}" y="${y(highest) - 8}" text-anchor="middle">${escaped(text)}</text>`
    })
    .join('')
}

/** What each line is called stands at its end, or as far below that as nothing else is in the way. */
function labels(lines: readonly Line[], y: Scale): string {
  let free = 0
  return lines
    .map(({ label, points }) => ({ label, end: y(points.at(-1)?.value ?? 0) }))
    .sort((one, other) => one.end - other.end)
    .map(({ label, end }) => {
      const place = Math.max(end, free)
      free = place + lineHeight
      return `<text x="${width - right + 28}" y="${place + 5}">${escaped(label)}</text>`
    })
    .join('')
}
