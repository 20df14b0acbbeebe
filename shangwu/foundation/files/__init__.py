"""Files: taken in with suspicion, kept by content, given out by the owner record's gate (DESIGN.md 3a).

An upload passes three doors, in this order:
`kinds` says what the content is (the name only ever makes the verdict stricter), `inspection` examines it in a
child process with little memory and little time (`sandbox`), and `storage` keeps the bytes under their hash.
Nothing is parsed in the process that serves people. A refusal is a ValidationError with a code, a reason and a
next step (`refusals`).

Modules that the child process imports (`unfit`, `kinds`, `archives`, `markup`, `compound`, `office`, `portable`,
`examination`) know no Django: a child starts in a tenth of a second because of that, and a test keeps it so.
"""
