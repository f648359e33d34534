-- What somebody starred is listed by when they did, a page at a time.
create index message_stars_starred on message_stars (user_id, starred_at, message_id);
