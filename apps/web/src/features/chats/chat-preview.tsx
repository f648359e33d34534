import type { Chat, Message } from '@parley/client'
import { useTranslation } from 'react-i18next'
import { TypingLine, useTypistNames } from '../presence/typing-line.tsx'
import { usePerson } from '../users/people.ts'
import styles from './sidebar.module.css'

interface Props {
  chat: Chat
  myId: string
  /** Whether the chat is on the screen: its draft stands there. */
  open: boolean
}

/** A chat in one line: who is writing, else what I began to write, else the last message. */
export function ChatPreview({ chat, myId, open }: Props) {
  const { t } = useTranslation()
  const typists = useTypistNames(chat)
  const draft = open ? '' : (chat.draft?.text.trim() ?? '')
  if (typists.length > 0) return <TypingLine names={typists} />
  if (draft !== '') {
    return (
      <>
        <span className={styles.draft}>{t('chats.draft')}</span> {draft}
      </>
    )
  }
  if (chat.lastMessage === null) return <span className={styles.italic}>{t('chats.noMessages')}</span>
  return <LastMessage message={chat.lastMessage} inGroup={chat.type === 'group'} myId={myId} />
}

/** What was said last, with who said it where that isn't plain. */
function LastMessage({ message, inGroup, myId }: { message: Message; inGroup: boolean; myId: string }) {
  const { t } = useTranslation()
  const sender = usePerson(message.senderId)
  const mine = message.senderId === myId
  const firstName = sender?.name.split(/\s+/u)[0]
  const said = mine ? t('chats.you') : inGroup ? firstName : undefined
  return (
    <>
      {said !== undefined && (
        <span className={styles.sender}>
          <bdi>{said}</bdi>:{' '}
        </span>
      )}
      {message.content === null ? <span className={styles.italic}>{t('chats.deletedMessage')}</span> : message.content.text}
    </>
  )
}
