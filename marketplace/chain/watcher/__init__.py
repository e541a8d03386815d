"""The watcher: reads the chain into the journal, and everything that follows from it, exactly once.

`loop` runs `step` after `step`; a step fetches from a `source`, whose answers are checked, and commits journal, facts,
intents and cursor in one transaction; `rollback` undoes blocks that a reorg took away; `lease` lets one watcher write.
"""
