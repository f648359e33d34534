-- People and where they are logged in.

create table users (
  id                   uuid primary key,
  username             text not null,
  name                 text not null,
  email                text,
  phone_number         text,
  password_hash        text,
  avatar_url           text,
  bio                  text,
  location             text,
  website              text,
  native_language      text,
  learning_languages   jsonb not null default '[]',
  theme                text not null default 'auto',
  role                 text not null default 'user',
  last_seen_at         timestamptz,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now()
);
-- Names and addresses are unique whatever their case.
create unique index users_username on users (lower(username));
create unique index users_email on users (lower(email));
create unique index users_phone_number on users (phone_number);

-- What people are found by, folded to one case: the username, and the name from each of its words on.
-- The byte order of "C" lets one index serve both the prefix and the order of the pages.
create table user_search_terms (
  term                 text collate "C" not null,
  user_id              uuid not null references users on delete cascade,
  primary key (term, user_id)
);
create index user_search_terms_user on user_search_terms (user_id, term);

-- A refresh token is derived from its session and generation (RFC 2104 HMAC), so none is stored.
create table sessions (
  id                   uuid primary key,
  user_id              uuid not null references users on delete cascade,
  refresh_generation   integer not null default 0,
  refreshed_at         timestamptz not null default now(),
  user_agent           text not null,
  ip                   text not null,
  created_at           timestamptz not null default now(),
  last_seen_at         timestamptz not null default now(),
  expires_at           timestamptz not null,
  revoked_at           timestamptz
);
create index sessions_user on sessions (user_id) where revoked_at is null;
create index sessions_expiry on sessions (expires_at);

-- What would have been mailed or texted, where no provider is configured.
create table outbox_messages (
  id                   uuid primary key,
  channel              text not null check (channel in ('mail', 'sms')),
  recipient            text not null,
  subject              text,
  text                 text not null,
  html                 text,
  code                 text,
  created_at           timestamptz not null default now()
);
create index outbox_messages_recipient on outbox_messages (recipient, id);
