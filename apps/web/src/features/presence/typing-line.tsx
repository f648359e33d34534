import type { Chat } from '@parley/client'
import { PencilLine } from 'lucide-react'
import { typingSentence, useTypists } from './typing.ts'
import styles from './typing-line.module.css'

/** The members who are writing now, with their names. */
export function useTypistNames(chat: Chat): string[] {
  const userIds = useTypists(chat.id)
  return userIds.flatMap((userId) => chat.members.find((member) => member.userId === userId)?.user.name ?? [])
}

export function TypingLine({ names }: { names: readonly string[] }) {
  return (
    <span className={styles.line}>
      <PencilLine size={14} className={styles.icon} aria-hidden />
      {typingSentence(names)}
    </span>
  )
}
