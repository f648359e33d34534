/** Written by tools/generate-operations.ts from the contract; a test compares the two. */
import type * as auth from '@parley/protocol/auth'
import type * as chats from '@parley/protocol/chats'
import type { PayloadOf } from '@parley/protocol/define'
import type { ErrorCode } from '@parley/protocol/errors'
import type * as messages from '@parley/protocol/messages'
import type * as operations from '@parley/protocol/operations'
import type * as presence from '@parley/protocol/presence'
import type * as streams from '@parley/protocol/streams'
import type * as users from '@parley/protocol/users'
import type { Method, OperationRow } from './method.ts'

export interface ServerOperations {
  /** Mail and SMS that would have been sent; HTML for browsers. Development only, from the machine itself. Errors: NOT_FOUND. */
  devOutbox: Method<typeof operations.devOutbox>
  /** What a client needs to know before it logs in: login methods, limits, defaults. */
  getConfig: Method<typeof operations.getConfig>
  /** The service answers. */
  health: Method<typeof operations.health>
  /** The process is alive; touches nothing. */
  live: Method<typeof operations.live>
  /** Prometheus metrics; from the machine itself, or with the METRICS_TOKEN as bearer. */
  metrics: Method<typeof operations.metrics>
  /** Whether requests can be served: database and event loop; 503 where not. Without the bus other servers hear later. */
  ready: Method<typeof operations.ready>
}

export interface AuthOperations {
  /** Change my password; my other sessions end. Errors: WRONG_PASSWORD, RULE_BROKEN. */
  changePassword: Method<typeof auth.changePassword>
  /** Whether I am logged in; always 200. */
  checkSession: Method<typeof auth.checkSession>
  /** A token for X-CSRF-Token, required of cookie clients where CSRF=token. */
  csrfToken: Method<typeof auth.csrfToken>
  /** Log in as one of the demo people. Development only, from the machine itself; sets no cookie, so that two tabs can be two people. Errors: NOT_FOUND. */
  demoLogin: Method<typeof auth.demoLogin>
  /** Log one of my devices out. Errors: SESSION_NOT_FOUND. */
  endSession: Method<typeof auth.endSession>
  /** Where I am logged in. */
  listSessions: Method<typeof auth.listSessions>
  /** Log in with e-mail address, username or phone number, and password. Errors: INVALID_CREDENTIALS. */
  login: Method<typeof auth.login>
  /** End this session, and its sockets. */
  logout: Method<typeof auth.logout>
  /** End all my sessions. */
  logoutAll: Method<typeof auth.logoutAll>
  /** Who I am. */
  me: Method<typeof auth.me>
  /** A new access token and the refresh token’s successor. Errors: INVALID_REFRESH_TOKEN. */
  refresh: Method<typeof auth.refresh>
  /** Create an account and log in. Errors: EMAIL_TAKEN, USERNAME_TAKEN, RULE_BROKEN. */
  register: Method<typeof auth.register>
}

export interface UsersOperations {
  /** Block a person: no private messages between us, and nothing of my presence for them; they are not told. Errors: USER_NOT_FOUND, RULE_BROKEN. */
  blockUser: Method<typeof users.blockUser>
  /** The generated picture: initials on a colour of one’s own. Made of nothing but the address, so it tells nothing more. */
  getAvatar: Method<typeof users.getAvatar>
  /** My own profile. */
  getProfile: Method<typeof users.getProfile>
  /** My settings. */
  getSettings: Method<typeof users.getSettings>
  /** One person, as others see them. Errors: USER_NOT_FOUND. */
  getUser: Method<typeof users.getUser>
  /** Whom I blocked, the latest first. */
  listBlocked: Method<typeof users.listBlocked>
  /** Find people by the start of their username or of a word of their name; never by e-mail address or phone number. */
  searchUsers: Method<typeof users.searchUsers>
  /** Let a blocked person reach me again. Errors: USER_NOT_FOUND. */
  unblockUser: Method<typeof users.unblockUser>
  /** Change my profile; what is left out stays. Errors: USERNAME_TAKEN. */
  updateProfile: Method<typeof users.updateProfile>
  /** Change my settings; what is left out stays. */
  updateSettings: Method<typeof users.updateSettings>
}

export interface ChatsOperations {
  /** Add people to a group that I administer; who is in it already stays. Errors: CHAT_NOT_FOUND, USER_NOT_FOUND, NOT_REACHABLE, RULE_BROKEN. */
  addMembers: Method<typeof chats.addMembers>
  /** Create a group; I own it. Errors: USER_NOT_FOUND, NOT_REACHABLE, RULE_BROKEN. */
  createGroup: Method<typeof chats.createGroup>
  /** One chat of mine. Errors: CHAT_NOT_FOUND. */
  getChat: Method<typeof chats.getChat>
  /** Leave a group; an owner’s ownership passes to the longest-standing admin, else member. Errors: CHAT_NOT_FOUND, RULE_BROKEN. */
  leaveChat: Method<typeof chats.leaveChat>
  /** My chats, the latest active first. */
  listChats: Method<typeof chats.listChats>
  /** Remove a person from a group that I administer, or myself from any. Errors: CHAT_NOT_FOUND, MEMBER_NOT_FOUND, RULE_BROKEN. */
  removeMember: Method<typeof chats.removeMember>
  /** What I have begun to write in a chat, for my other devices; an empty text without a message to answer clears it. Errors: CHAT_NOT_FOUND. */
  saveDraft: Method<typeof chats.saveDraft>
  /** The private chat with a person; there is one per pair, made if need be. Errors: USER_NOT_FOUND, NOT_REACHABLE, RULE_BROKEN. */
  startPrivateChat: Method<typeof chats.startPrivateChat>
  /** Mute, pin or archive a chat for myself; what is left out stays. Errors: CHAT_NOT_FOUND. */
  updateChatSettings: Method<typeof chats.updateChatSettings>
}

export interface MessagesOperations {
  /** React to a message; the same again changes nothing. A message takes 20 different emoji, and 5 of one person. Errors: MESSAGE_NOT_FOUND, MESSAGE_DELETED, NOT_REACHABLE, RULE_BROKEN. */
  addReaction: Method<typeof messages.addReaction>
  /** Delete a message: for everyone, mine, or anyone’s where I administer the group; or for myself alone, any that I see. Errors: MESSAGE_NOT_FOUND. */
  deleteMessage: Method<typeof messages.deleteMessage>
  /** Replace the content of a message of mine. Errors: MESSAGE_NOT_FOUND, MESSAGE_DELETED, EDIT_WINDOW_CLOSED, NOT_REACHABLE. */
  editMessage: Method<typeof messages.editMessage>
  /** One message. Errors: MESSAGE_NOT_FOUND. */
  getMessage: Method<typeof messages.getMessage>
  /** A page of a chat’s history, oldest first: the newest, or before, after or around a place, or by page number. Errors: CHAT_NOT_FOUND, MESSAGE_NOT_FOUND. */
  listMessages: Method<typeof messages.listMessages>
  /** The messages that I starred, the latest starred first. */
  listStarred: Method<typeof messages.listStarred>
  /** Everything up to here has reached this device. Errors: CHAT_NOT_FOUND, MESSAGE_NOT_FOUND. */
  messageDelivered: Method<typeof messages.messageDelivered>
  /** I have read everything up to here; that it was delivered goes without saying. Errors: CHAT_NOT_FOUND, MESSAGE_NOT_FOUND. */
  messageRead: Method<typeof messages.messageRead>
  /** Take a reaction of mine back; there may be none. Errors: MESSAGE_NOT_FOUND, NOT_REACHABLE. */
  removeReaction: Method<typeof messages.removeReaction>
  /** Send a message; acknowledged once it is stored. Errors: CHAT_NOT_FOUND, REPLY_NOT_FOUND, IDEMPOTENCY_CONFLICT, NOT_REACHABLE. */
  sendMessage: Method<typeof messages.sendMessage>
  /** Keep a message at hand, or no longer; only I see that. Errors: MESSAGE_NOT_FOUND, MESSAGE_DELETED. */
  starMessage: Method<typeof messages.starMessage>
  /** React to a message, or take the same reaction back; who may have to ask again says `add_reaction` or `remove_reaction`. Errors: MESSAGE_NOT_FOUND, MESSAGE_DELETED, NOT_REACHABLE, RULE_BROKEN. */
  toggleReaction: Method<typeof messages.toggleReaction>
}

export interface StreamsOperations {
  /** What a device missed, given how far it has come: in chats, in its person’s own stream, and which chats changed; subscribe first, so that nothing falls between. */
  sync: Method<typeof streams.sync>
}

export interface PresenceOperations {
  /** I am writing; repeat it every few seconds while that is so, since it ends by itself. Errors: CHAT_NOT_FOUND. */
  typingStart: Method<typeof presence.typingStart>
  /** I am not writing any more. Errors: CHAT_NOT_FOUND. */
  typingStop: Method<typeof presence.typingStop>
  /** Who of these people is there, and their changes from now on; replaces whom this session watched before. */
  watchPresence: Method<typeof presence.watchPresence>
}

export interface Operations {
  server: ServerOperations
  auth: AuthOperations
  users: UsersOperations
  chats: ChatsOperations
  messages: MessagesOperations
  streams: StreamsOperations
  presence: PresenceOperations
}

/** What the server sends by itself: event name → payload. */
export interface ServerEvents {
  /** The socket belongs to a session now. */
  authenticated: PayloadOf<typeof auth.authenticated>
  /** The token given by `authenticate` is not valid, or none was given in time. */
  authentication_error: PayloadOf<typeof auth.authenticationError>
  /** I am in a new chat: somebody started one with me, or added me. */
  chat_created: PayloadOf<typeof chats.chatCreated>
  /** A command sent without an acknowledgement callback failed. */
  error: PayloadOf<typeof operations.errorEvent>
  /** People joined the chat; to its members. */
  member_added: PayloadOf<typeof chats.memberAdded>
  /** Somebody left or was removed; to the members that stay, and as the last thing to the one who goes. */
  member_removed: PayloadOf<typeof chats.memberRemoved>
  /** A member has another role, as when an owner leaves. */
  member_role_changed: PayloadOf<typeof chats.memberRoleChanged>
  /** A message was deleted for everyone; its content is gone. */
  message_deleted: PayloadOf<typeof messages.messageDeleted>
  /** A message has new content. */
  message_edited: PayloadOf<typeof messages.messageEdited>
  /** A send_message without an acknowledgement callback failed. */
  message_error: PayloadOf<typeof operations.messageError>
  /** Somebody reacted to a message, or took a reaction back. */
  message_reaction: PayloadOf<typeof messages.messageReaction>
  /** Somebody’s position moved; to the authors of what lies between, and to their own devices. Silent in chats above 256 members. */
  message_status_update: PayloadOf<typeof messages.messageStatusUpdate>
  /** A message was sent; to every socket of every member, the sender’s too. */
  new_message: PayloadOf<typeof messages.newMessage>
  /** The server is going down: reconnect after the given time, chosen at random per socket. */
  server_closing: PayloadOf<typeof operations.serverClosing>
  /** The numbers of a chat’s stream above `from` up to `seq` hold nothing for this reader. */
  stream_void: PayloadOf<typeof streams.streamVoid>
  /** Somebody whom I watch came or went. */
  user_status_changed: PayloadOf<typeof presence.userStatusChanged>
  /** Entries of one’s own stream; to every socket of that person alone. */
  user_stream: PayloadOf<typeof streams.userStream>
  /** A member began or ended writing; to the others. Silent in chats above 100 members. */
  user_typing: PayloadOf<typeof presence.userTyping>
}

export const operationTable = {
  server: {
    devOutbox: { kind: 'route', name: 'devOutbox', access: 'loopback', method: 'GET', path: '/dev/outbox' },
    getConfig: { kind: 'route', name: 'getConfig', access: 'public', method: 'GET', path: '/api/config' },
    health: { kind: 'route', name: 'health', access: 'public', method: 'GET', path: '/health' },
    live: { kind: 'route', name: 'live', access: 'public', method: 'GET', path: '/livez' },
    metrics: { kind: 'route', name: 'metrics', access: 'public', method: 'GET', path: '/metrics', produces: 'text/plain' },
    ready: { kind: 'route', name: 'ready', access: 'public', method: 'GET', path: '/readyz' },
  },
  auth: {
    changePassword: { kind: 'route', name: 'changePassword', access: 'user', method: 'PUT', path: '/api/auth/password' },
    checkSession: { kind: 'route', name: 'checkSession', access: 'public', method: 'GET', path: '/api/auth/check' },
    csrfToken: { kind: 'route', name: 'csrfToken', access: 'public', method: 'GET', path: '/api/auth/csrf' },
    demoLogin: { kind: 'route', name: 'demoLogin', access: 'loopback', method: 'POST', path: '/dev/demo-login' },
    endSession: { kind: 'route', name: 'endSession', access: 'user', method: 'DELETE', path: '/api/auth/sessions/:sessionId' },
    listSessions: { kind: 'route', name: 'listSessions', access: 'user', method: 'GET', path: '/api/auth/sessions' },
    login: { kind: 'route', name: 'login', access: 'public', method: 'POST', path: '/api/auth/login' },
    logout: { kind: 'route', name: 'logout', access: 'user', method: 'POST', path: '/api/auth/logout' },
    logoutAll: { kind: 'route', name: 'logoutAll', access: 'user', method: 'POST', path: '/api/auth/logout-all' },
    me: { kind: 'route', name: 'me', access: 'user', method: 'GET', path: '/api/auth/me' },
    refresh: { kind: 'route', name: 'refresh', access: 'public', method: 'POST', path: '/api/auth/refresh' },
    register: { kind: 'route', name: 'register', access: 'public', method: 'POST', path: '/api/auth/register' },
  },
  users: {
    blockUser: { kind: 'route', name: 'blockUser', access: 'user', method: 'POST', path: '/api/users/block' },
    getAvatar: {
      kind: 'route',
      name: 'getAvatar',
      access: 'public',
      method: 'GET',
      path: '/api/avatars/:userId',
      produces: 'image/svg+xml',
    },
    getProfile: { kind: 'route', name: 'getProfile', access: 'user', method: 'GET', path: '/api/users/profile' },
    getSettings: { kind: 'route', name: 'getSettings', access: 'user', method: 'GET', path: '/api/users/settings' },
    getUser: { kind: 'route', name: 'getUser', access: 'user', method: 'GET', path: '/api/users/:userId' },
    listBlocked: { kind: 'route', name: 'listBlocked', access: 'user', method: 'GET', path: '/api/users/blocked' },
    searchUsers: { kind: 'route', name: 'searchUsers', access: 'user', method: 'GET', path: '/api/users/search' },
    unblockUser: { kind: 'route', name: 'unblockUser', access: 'user', method: 'POST', path: '/api/users/unblock' },
    updateProfile: { kind: 'route', name: 'updateProfile', access: 'user', method: 'PUT', path: '/api/users/profile' },
    updateSettings: { kind: 'route', name: 'updateSettings', access: 'user', method: 'PUT', path: '/api/users/settings' },
  },
  chats: {
    addMembers: { kind: 'route', name: 'addMembers', access: 'user', method: 'POST', path: '/api/groups/:chatId/members' },
    createGroup: { kind: 'route', name: 'createGroup', access: 'user', method: 'POST', path: '/api/chats/group' },
    getChat: { kind: 'route', name: 'getChat', access: 'user', method: 'GET', path: '/api/chats/:chatId' },
    leaveChat: { kind: 'route', name: 'leaveChat', access: 'user', method: 'DELETE', path: '/api/chats/:chatId' },
    listChats: { kind: 'route', name: 'listChats', access: 'user', method: 'GET', path: '/api/chats' },
    removeMember: { kind: 'route', name: 'removeMember', access: 'user', method: 'DELETE', path: '/api/groups/:chatId/members/:userId' },
    saveDraft: { kind: 'command', name: 'save_draft', access: 'user', method: 'PUT', path: '/api/chats/:chatId/draft' },
    startPrivateChat: { kind: 'route', name: 'startPrivateChat', access: 'user', method: 'POST', path: '/api/chats/private' },
    updateChatSettings: { kind: 'route', name: 'updateChatSettings', access: 'user', method: 'PUT', path: '/api/chats/:chatId/settings' },
  },
  messages: {
    addReaction: { kind: 'command', name: 'add_reaction', access: 'user', method: 'PUT', path: '/api/messages/:messageId/react' },
    deleteMessage: { kind: 'command', name: 'delete_message', access: 'user', method: 'DELETE', path: '/api/messages/:messageId' },
    editMessage: { kind: 'command', name: 'edit_message', access: 'user', method: 'PUT', path: '/api/messages/:messageId' },
    getMessage: { kind: 'route', name: 'getMessage', access: 'user', method: 'GET', path: '/api/messages/:messageId' },
    listMessages: { kind: 'route', name: 'listMessages', access: 'user', method: 'GET', path: '/api/chats/:chatId/messages' },
    listStarred: { kind: 'route', name: 'listStarred', access: 'user', method: 'GET', path: '/api/messages/starred' },
    messageDelivered: { kind: 'command', name: 'message_delivered', access: 'user' },
    messageRead: { kind: 'command', name: 'message_read', access: 'user', method: 'POST', path: '/api/messages/read' },
    removeReaction: { kind: 'command', name: 'remove_reaction', access: 'user', method: 'DELETE', path: '/api/messages/:messageId/react' },
    sendMessage: { kind: 'command', name: 'send_message', access: 'user', method: 'POST', path: '/api/messages' },
    starMessage: { kind: 'command', name: 'star_message', access: 'user', method: 'POST', path: '/api/messages/:messageId/star' },
    toggleReaction: { kind: 'route', name: 'toggleReaction', access: 'user', method: 'POST', path: '/api/messages/:messageId/react' },
  },
  streams: {
    sync: { kind: 'command', name: 'sync', access: 'user', method: 'POST', path: '/api/sync' },
  },
  presence: {
    typingStart: { kind: 'command', name: 'typing_start', access: 'user' },
    typingStop: { kind: 'command', name: 'typing_stop', access: 'user' },
    watchPresence: { kind: 'command', name: 'watch_presence', access: 'user' },
  },
} as const satisfies { [Namespace in keyof Operations]: Record<keyof Operations[Namespace], OperationRow> }

/** Every error code of the server, with its HTTP status and whether the same request may succeed later. */
export const errorFacts: Record<ErrorCode, { readonly status: number; readonly retryable: boolean }> = {
  VALIDATION_FAILED: { status: 400, retryable: false },
  MALFORMED_JSON: { status: 400, retryable: false },
  UNAUTHENTICATED: { status: 401, retryable: false },
  INVALID_CREDENTIALS: { status: 401, retryable: false },
  INVALID_REFRESH_TOKEN: { status: 401, retryable: false },
  FORBIDDEN: { status: 403, retryable: false },
  CSRF_REJECTED: { status: 403, retryable: false },
  WRONG_PASSWORD: { status: 403, retryable: false },
  NOT_REACHABLE: { status: 403, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  USER_NOT_FOUND: { status: 404, retryable: false },
  CHAT_NOT_FOUND: { status: 404, retryable: false },
  MESSAGE_NOT_FOUND: { status: 404, retryable: false },
  MEMBER_NOT_FOUND: { status: 404, retryable: false },
  SESSION_NOT_FOUND: { status: 404, retryable: false },
  EMAIL_TAKEN: { status: 409, retryable: false },
  USERNAME_TAKEN: { status: 409, retryable: false },
  IDEMPOTENCY_CONFLICT: { status: 409, retryable: false },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false },
  UNKNOWN_COMMAND: { status: 400, retryable: false },
  RULE_BROKEN: { status: 422, retryable: false },
  REPLY_NOT_FOUND: { status: 422, retryable: false },
  EDIT_WINDOW_CLOSED: { status: 403, retryable: false },
  MESSAGE_DELETED: { status: 410, retryable: false },
  RATE_LIMITED: { status: 429, retryable: true },
  INTERNAL: { status: 500, retryable: true },
  OVERLOADED: { status: 503, retryable: true },
  UNAVAILABLE: { status: 503, retryable: true },
}
