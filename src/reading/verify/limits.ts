/** What a verification shows, and what it cannot. An audit report says both. */

/** Of whole logs. */
export const LOG_LIMITS =
  'Checked: every byte’s checksum, every commit mark, every link of every session, every end. Not seen: whether a log was cut at a commit mark (whole segments taken from its end as well), or written anew as a whole; a copy kept elsewhere shows that.'

/** Of sessions as a cluster serves them. */
export const SERVED_LIMITS =
  'Checked: every record that was served links to the one before, and the end fits what came. Not seen: whether the server left out the newest records of a session without an end, left out whole sessions, or wrote a chain anew; compare the head with one kept elsewhere, or verify the log itself.'

/** Of one session in its log. */
export const SESSION_LIMITS =
  'By its own records alone: that none was changed, left out or put in another place, up to the last one here, and that they fit what its end says. By the log around it: its order among other sessions, and, where it has no end, that nothing followed. Not seen: whether somebody who could write the log made the whole chain anew; compare the head with one kept elsewhere. What the recorder was never given is in no record: `sessions show` says how it was captured.'
