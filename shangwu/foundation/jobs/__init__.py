"""Jobs: long work with progress, cancel, a result file and an idempotent restart (DESIGN idea 7).

A room declares its work with `declaring.job` and starts it with `starting.start`, in the transaction of the action
that wants it. The queue (Procrastinate, in the same database) runs each job in a child process that ends with it, so
that an idle worker stays small. `schedule.every` runs small house-keeping by the clock.

A job may be run twice: after a kill the queue gives it to another worker. So its work must be safe to repeat; acting
through the door with a key per batch makes it so.
"""
