/** Charts of bars: one for each target, with a line from the least to the most that a round came to. */
import { type Drawn, drawing, escaped, rounded, width } from './drawing.ts'

export interface Bar {
  readonly label: string
  readonly value: number
  readonly least: number
  readonly most: number
  /** The value in words. */
  readonly text: string
  /** Whether it is drawn as what the chart is about. */
  readonly own: boolean
}

export interface Panel {
  readonly title: string
  readonly bars: readonly Bar[]
}

const left = 150
const right = 190
const barHeight = 20
const barGap = 8
const panelTop = 34
const panelGap = 18

/** Each panel has a scale of its own, which begins at nothing. */
export const barChart = (title: string, panels: readonly Panel[]): string => drawing(title, panels.map(drawPanel))

function drawPanel({ title, bars }: Panel): Drawn {
  const most = Math.max(...bars.map((bar) => bar.most), Number.MIN_VALUE)
  const scale = (value: number) => rounded((value / most) * (width - left - right))
  const lines = bars.map((bar, index) => {
    const y = panelTop + index * (barHeight + barGap)
    const middle = y + barHeight / 2
    return [
      `<text x="${left - 10}" y="${middle + 5}" text-anchor="end">${escaped(bar.label)}</text>`,
      `<rect class="${bar.own ? 'own' : 'other'}" x="${left}" y="${y}" width="${scale(bar.value)}" height="${barHeight}" rx="3"/>`,
      `<line class="spread" x1="${left + scale(bar.least)}" x2="${left + scale(bar.most)}" y1="${middle}" y2="${middle}"/>`,
      `<text x="${left + scale(bar.most) + 10}" y="${middle + 5}">${escaped(bar.text)}</text>`,
    ].join('')
  })
  return {
    svg: `<text class="panel" x="16" y="18">${escaped(title)}</text>${lines.join('')}`,
    height: panelTop + bars.length * (barHeight + barGap) + panelGap,
  }
}
