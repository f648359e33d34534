const drafts = new Map<string, string>()

/** What was typed into a chat and not sent, for as long as the page is open. */
export const draftOf = (chatId: string): string => drafts.get(chatId) ?? ''

export const keepDraft = (chatId: string, text: string) => void drafts.set(chatId, text)
